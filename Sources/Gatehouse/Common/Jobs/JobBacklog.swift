import Database

/// The overdue or dead jobs of one kind.
struct JobBacklog: RowDecodable, Sendable {
    let kind: String
    let count: Int
    /// The time for which the first of them has been due, in microseconds.
    let lag: Int

    /// The number of jobs that are read, the oldest first, which bounds the cost.
    static let bound = 1000

    init(row: Row) throws(DatabaseError) {
        kind = try row.decode("kind")
        count = try row.decode("jobs")
        lag = try row.decode("lag")
    }

    /// The due jobs.
    static func due(in db: Connection) throws(DatabaseError) -> [JobBacklog] {
        try db.all(
            """
            SELECT kind, COUNT(*) AS jobs, TIMESTAMPDIFF(MICROSECOND, MIN(run_at), NOW(6)) AS lag FROM (
                SELECT kind, run_at FROM jobs WHERE status = 'pending' AND run_at <= NOW(6)
                ORDER BY run_at LIMIT \(bound)
            ) AS due GROUP BY kind
            """)
    }

    /// The dead jobs.
    static func dead(in db: Connection) throws(DatabaseError) -> [JobBacklog] {
        try db.all(
            """
            SELECT kind, COUNT(*) AS jobs, 0 AS lag FROM (
                SELECT kind FROM jobs WHERE status = 'dead' ORDER BY run_at LIMIT \(bound)
            ) AS dead GROUP BY kind
            """)
    }
}
