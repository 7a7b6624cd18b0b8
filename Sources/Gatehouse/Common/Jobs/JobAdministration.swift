import Database
import FoundationEssentials
import Web

/// A job as operators see it: without its payload, which may contain an address.
struct JobRecord: Record {
    /// The status of a job.
    enum Status: String, ColumnDecodable, ResponseValue, CaseIterable {
        /// It waits for its time or for a runner.
        case pending
        /// A runner holds it.
        case running
        /// It failed for good, and is not tried again.
        case dead
        static let example = Status.dead
    }

    let publicID: UUID
    let kind: String
    let status: Status
    let attempts: Int
    let runAt: Date
    let lastError: String?
    let createdAt: Date

    static let columns = Columns(
        JobRecord.init,
        Column("public_id", \.publicID, as: "id"),
        Column("kind", \.kind, as: "kind"),
        Column(
            "status", from: "IF(lease_id IS NOT NULL AND run_at > NOW(6), 'running', status)", \.status, as: "status"),
        Column("attempts", \.attempts, as: "attempts"),
        Column("run_at", \.runAt, as: "runAt"),
        Column("last_error", \.lastError, as: "lastError"),
        Column("created_at", \.createdAt, as: "createdAt"))

    static let example = JobRecord(
        publicID: .example, kind: "auth.send_verification_mail", status: .example, attempts: 20, runAt: .example,
        lastError: "the mail was not sent: Couldn't connect to server; last reply 0", createdAt: .example)
}

/// Statements that only operators need.
extension JobQueue {
    /// Jobs, the oldest first.
    static func list(
        deadOnly: Bool, kind: String?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [JobRecord] {
        var conditions: SQL = deadOnly ? "status = 'dead'" : "TRUE"
        if let kind { conditions += " AND kind = \(kind)" }
        return try db.all("SELECT \(JobRecord.columns) FROM jobs WHERE \(conditions) ORDER BY id LIMIT \(limit)")
    }

    /// Makes dead jobs due again, with all their attempts.
    /// - Parameter id: the job; `nil` for all.
    /// - Returns: their number.
    static func retryDead(_ id: UUID?, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            UPDATE jobs SET status = 'pending', attempts = 0, run_at = NOW(6)
            WHERE status = 'dead' AND public_id = COALESCE(\(id), public_id)
            """
        ).affectedRows
    }

    /// Deletes dead jobs.
    /// - Parameter id: the job; `nil` for all.
    /// - Returns: their number.
    static func purgeDead(_ id: UUID?, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute("DELETE FROM jobs WHERE status = 'dead' AND public_id = COALESCE(\(id), public_id)").affectedRows
    }
}
