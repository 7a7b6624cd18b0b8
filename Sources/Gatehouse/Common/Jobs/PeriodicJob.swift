import Database
import FoundationEssentials

/// Recurring work. Of all runners of all processes, the one that advances `next_run_at` enqueues the job.
public struct PeriodicJob: Sendable {
    let name: String
    /// Seconds from one run to the next.
    let interval: Int
    let enqueue: @Sendable (Connection) throws -> Void

    /// Describes a recurring job.
    /// - Parameter interval: seconds from one run to the next.
    public init(_ job: some Job, every interval: Int) {
        name = type(of: job).kind
        self.interval = interval
        enqueue = { db in try JobQueue.enqueue(job, in: db) }
    }

    /// Enqueues the job if it is due and no other runner has. A time more than two intervals ahead was written while
    /// the clock was wrong, and counts as due.
    func enqueueIfDue(in db: Connection) throws {
        try db.transaction { db in
            let moved = try db.execute(
                """
                UPDATE periodic_jobs SET next_run_at = NOW(6) + INTERVAL \(interval) SECOND
                WHERE name = \(name)
                  AND (next_run_at <= NOW(6) OR next_run_at > NOW(6) + INTERVAL \(2 * interval) SECOND)
                """)
            if moved.affectedRows == 1 { try enqueue(db) }
        }
    }

    /// Registers the job, due at once.
    func register(in db: Connection) throws(DatabaseError) {
        try db.execute("INSERT IGNORE INTO periodic_jobs (name, next_run_at) VALUES (\(name), NOW(6))")
    }
}
