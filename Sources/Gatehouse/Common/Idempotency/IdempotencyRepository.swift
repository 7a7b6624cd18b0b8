import Database

/// Every statement about the table `idempotency_keys`.
enum IdempotencyRepository {
    /// The row of a key, locked.
    struct Claim: RowDecodable {
        let fingerprint: [UInt8]
        /// What was answered before; empty where the key is claimed now.
        let answer: [UInt8]

        init(row: Row) throws(DatabaseError) {
            fingerprint = try row.decode("fingerprint")
            answer = try row.decode("answer_sealed")
        }
    }

    /// `Idempotency.secondsToWait`; the server takes no bound value there.
    private static let secondsToWait: SQL = "2"

    /// Claims a key for this transaction: one that is new or has expired. Another transaction that has claimed it and is not over
    /// yet is waited for. One statement, since a refused INSERT leaves shared locks, with which duplicates would deadlock.
    /// - Throws: a lock wait timeout where that took too long.
    static func claim(_ name: [UInt8], _ fingerprint: [UInt8], in db: Connection) throws(DatabaseError) -> Claim? {
        try db.first(
            """
            SET STATEMENT innodb_lock_wait_timeout = \(secondsToWait) FOR
            INSERT INTO idempotency_keys (name, fingerprint, answer_sealed, expires_at)
            VALUES (\(name), \(fingerprint), '', NOW(6) + INTERVAL \(Idempotency.hoursKept) HOUR)
            ON DUPLICATE KEY UPDATE
                fingerprint = IF(expires_at <= NOW(6), VALUES(fingerprint), fingerprint),
                answer_sealed = IF(expires_at <= NOW(6), '', answer_sealed),
                expires_at = IF(expires_at <= NOW(6), VALUES(expires_at), expires_at)
            RETURNING fingerprint, answer_sealed
            """)
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
