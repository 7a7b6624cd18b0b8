import Database

/// Every statement about the table `idempotency_keys`.
enum IdempotencyRepository {
    /// What was done under a key.
    struct Earlier: RowDecodable {
        let fingerprint: [UInt8]
        let answer: [UInt8]
        let isExpired: Bool

        init(row: Row) throws(DatabaseError) {
            fingerprint = try row.decode("fingerprint")
            answer = try row.decode("answer_sealed")
            isExpired = try row.decode("is_expired")
        }
    }

    /// `Idempotency.secondsToWait`; the server takes no bound value there.
    private static let secondsToWait: SQL = "2"

    /// Inserts a key. Another transaction that has inserted it and is not over yet is waited for.
    /// - Throws: a lock wait timeout where that took too long; a duplicate key where it was committed.
    static func claim(_ name: [UInt8], _ fingerprint: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = \(secondsToWait) FOR
            INSERT INTO idempotency_keys (name, fingerprint, answer_sealed, expires_at)
            VALUES (\(name), \(fingerprint), '', NOW(6) + INTERVAL \(Idempotency.hoursKept) HOUR)
            """)
    }

    static func find(_ name: [UInt8], in db: Connection) throws(DatabaseError) -> Earlier? {
        try db.first(
            """
            SELECT fingerprint, answer_sealed, expires_at <= NOW(6) AS is_expired FROM idempotency_keys
            WHERE name = \(name) FOR UPDATE
            """)
    }

    static func forget(_ name: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM idempotency_keys WHERE name = \(name)")
    }

    static func complete(_ name: [UInt8], _ answer: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute("UPDATE idempotency_keys SET answer_sealed = \(answer) WHERE name = \(name)")
    }

    /// Deletes keys that are kept no longer.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute("DELETE FROM idempotency_keys WHERE expires_at < NOW(6) ORDER BY expires_at LIMIT \(limit)")
            .affectedRows
    }
}
