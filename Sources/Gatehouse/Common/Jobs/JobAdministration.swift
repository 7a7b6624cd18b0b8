import Database
import FoundationEssentials
import Web

/// A job as operators see it: without its payload, which may contain an address.
struct JobRecord: RowDecodable, ResponseObject {
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

    static let columns: SQL = """
        public_id, kind, IF(lease_id IS NOT NULL AND run_at > NOW(6), 'running', status) AS status, attempts, run_at,
        last_error, created_at
        """

    func write(to output: inout Output) {
        output.field("id", publicID)
        output.field("kind", kind)
        output.field("status", status)
        output.field("attempts", attempts)
        output.field("runAt", runAt)
        output.field("lastError", lastError)
        output.field("createdAt", createdAt)
    }

    static let example = JobRecord(
        publicID: .example, kind: "auth.send_verification_mail", status: .example, attempts: 20, runAt: .example,
        lastError: "the mail was not sent: Couldn't connect to server; last reply 0", createdAt: .example)
}

extension JobRecord {
    init(row: Row) throws(DatabaseError) {
        publicID = try row.decode("public_id")
        kind = try row.decode("kind")
        status = try row.decode("status")
        attempts = try row.decode("attempts")
        runAt = try row.decode("run_at")
        lastError = try row.decode("last_error")
        createdAt = try row.decode("created_at")
    }
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
