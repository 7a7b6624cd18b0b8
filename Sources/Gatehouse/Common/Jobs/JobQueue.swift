public import Database
import FoundationEssentials
import Web

/// All statements on the table `jobs`.
public enum JobQueue {
    /// The time for which a runner may hold a job, in seconds. Longer than any time-out inside a job.
    static let leaseSeconds = 120
    /// The number of attempts after which a job is dead: with the delays below, about a day after the first.
    static let maximumAttempts = 20
    /// The delay after the first failure, in seconds; it doubles up to the longest.
    static let shortestDelay = 5
    /// The longest delay between attempts, in seconds.
    static let longestDelay = 7200

    /// A job that a runner holds.
    struct Lease: RowDecodable {
        let id: UInt64
        let publicID: UUID
        let kind: String
        let payload: String
        let attempts: Int
        let leaseID: UUID

        init(row: Row) throws(DatabaseError) {
            id = try row.decode("id")
            publicID = try row.decode("public_id")
            kind = try row.decode("kind")
            payload = try row.decode("payload")
            attempts = try row.decode("attempts")
            leaseID = try row.decode("lease_id")
        }
    }

    /// Adds a job, due at once; call it in the transaction of the change.
    public static func enqueue<Work: Job>(_ job: Work, in db: Connection) throws {
        let payload = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
        try db.execute(
            """
            INSERT INTO jobs (public_id, kind, payload, subjects, run_at)
            VALUES (\(UUID.v7()), \(Work.kind), \(payload), \(job.subjects.column), NOW(6))
            """)
    }

    /// Takes the job that has been due longest; other runners skip its row, and its lease is a later `run_at`. A job
    /// whose runner died on every attempt, so no failure was recorded, becomes dead too.
    static func lease(in db: Connection) throws -> Lease? {
        let leaseID = UUID()
        return try db.transaction { db in
            while let due = try lockDue(in: db) {
                guard due.attempts < maximumAttempts else {
                    try db.execute(
                        """
                        UPDATE jobs SET status = 'dead', lease_id = NULL,
                                        last_error = COALESCE(last_error, 'its runner died on each attempt')
                        WHERE id = \(due.id)
                        """)
                    continue
                }
                try db.execute(
                    """
                    UPDATE jobs SET lease_id = \(leaseID), attempts = attempts + 1,
                                    run_at = NOW(6) + INTERVAL \(leaseSeconds) SECOND
                    WHERE id = \(due.id)
                    """)
                return try db.first(
                    "SELECT id, public_id, kind, payload, attempts, lease_id FROM jobs WHERE id = \(due.id)")
            }
            return nil
        }
    }

    private struct Due: RowDecodable {
        let id: UInt64
        let attempts: Int

        init(row: Row) throws(DatabaseError) {
            id = try row.decode("id")
            attempts = try row.decode("attempts")
        }
    }

    private static func lockDue(in db: Connection) throws(DatabaseError) -> Due? {
        try db.first(
            """
            SELECT id, attempts FROM jobs WHERE status = 'pending' AND run_at <= NOW(6)
            ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
    }

    /// Deletes a finished job, unless its lease ran out and another runner holds it.
    static func finish(_ lease: Lease, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM jobs WHERE id = \(lease.id) AND lease_id = \(lease.leaseID)")
    }

    /// Makes a failed job due again after a delay, or dead.
    static func fail(_ lease: Lease, because reason: String, isPermanent: Bool, in db: Connection) throws(DatabaseError)
    {
        let isDead = isPermanent || lease.attempts >= maximumAttempts
        try db.execute(
            """
            UPDATE jobs SET status = \(isDead ? "dead" : "pending"), lease_id = NULL,
                            last_error = \(String(reason.unicodeScalars.prefix(500))),
                            run_at = NOW(6) + INTERVAL \(delay(afterAttempt: lease.attempts)) SECOND
            WHERE id = \(lease.id) AND lease_id = \(lease.leaseID)
            """)
    }

    /// Returns an unfinished job, due at once. This does not count as an attempt.
    static func release(_ lease: Lease, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE jobs SET lease_id = NULL, attempts = attempts - 1, run_at = NOW(6)
            WHERE id = \(lease.id) AND lease_id = \(lease.leaseID)
            """)
    }

    /// Changes the key of an address in the subjects of every job.
    /// - Parameter kinds: the kinds with the key as `emailKey` in their payload, where it changes too. The payloads of
    ///   other kinds stay as they are.
    static func readdress(
        from old: String, to new: String, inPayloadsOf kinds: [String], in db: Connection
    ) throws(DatabaseError) {
        if new.hasSameBytes(as: old) { return }
        let (former, renewed) = (JobSubject.address(old).text, JobSubject.address(new).text)
        try db.execute(
            """
            UPDATE jobs SET subjects = REPLACE(subjects, JSON_QUOTE(\(former)), JSON_QUOTE(\(renewed)))
            WHERE JSON_CONTAINS(subjects, JSON_QUOTE(\(former)))
            """)
        try db.execute(
            """
            UPDATE jobs SET payload = JSON_SET(payload, '$.emailKey', \(new))
            WHERE kind IN (\(list: kinds)) AND JSON_VALUE(payload, '$.emailKey') = \(old)
            """)
    }

    /// Deletes the jobs about any of these.
    static func forget(_ subjects: JobSubject..., in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM jobs WHERE JSON_OVERLAPS(subjects, \(subjects.column))")
    }

    /// Deletes jobs that have been dead for a while; their payloads contain addresses.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            DELETE FROM jobs WHERE status = 'dead' AND run_at < NOW(6) - INTERVAL 30 DAY ORDER BY run_at LIMIT \(limit)
            """
        ).affectedRows
    }

    /// Exponential backoff with up to a fifth of jitter, so jobs that failed together do not return together.
    static func delay(afterAttempt attempt: Int) -> Int {
        let delay = min(shortestDelay << min(max(attempt, 1) - 1, 20), longestDelay)
        return delay + Int.random(in: 0...(delay / 5))
    }
}
