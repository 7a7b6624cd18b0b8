import Database

/// The jobs of one kind that wait although they are due, or that nobody tries again.
struct JobBacklog: RowDecodable, Sendable {
    let kind: String
    let count: Int
    /// For how many microseconds the first of them has been due.
    let lag: Int

    /// How many jobs are looked at, the oldest first: it costs no more however many there are.
    static let bound = 1000

    init(row: Row) throws(DatabaseError) {
        kind = try row.decode("kind")
        count = try row.decode("jobs")
        lag = try row.decode("lag")
    }

    /// What is due.
    static func due(in db: Connection) throws(DatabaseError) -> [JobBacklog] {
        try db.all(
            """
            SELECT kind, COUNT(*) AS jobs, TIMESTAMPDIFF(MICROSECOND, MIN(run_at), NOW(6)) AS lag FROM (
                SELECT kind, run_at FROM jobs WHERE status = 'pending' AND run_at <= NOW(6)
                ORDER BY run_at LIMIT \(bound)
            ) AS due GROUP BY kind
            """)
    }

    /// What is dead.
    static func dead(in db: Connection) throws(DatabaseError) -> [JobBacklog] {
        try db.all(
            """
            SELECT kind, COUNT(*) AS jobs, 0 AS lag FROM (
                SELECT kind FROM jobs WHERE status = 'dead' ORDER BY run_at LIMIT \(bound)
            ) AS dead GROUP BY kind
            """)
    }
}
