import Database

/// Every statement about the table `idempotency_keys`.
enum IdempotencyRepository {
    /// What was answered under a key.
    struct KeptAnswer: RowDecodable {
        let fingerprint: [UInt8]
        /// Empty where nothing was, yet.
        let answer: [UInt8]

        init(row: Row) throws(DatabaseError) {
            fingerprint = try row.decode("fingerprint")
            answer = try row.decode("answer_sealed")
        }
    }

    /// How long a request waits for another one with its key, in seconds.
    static let secondsToWait = 2
    /// The same for the server, which takes no bound value there.
    private static let lockWait: SQL = "2"

    /// Makes the row of a key, or empties one whose time is over, to be locked next. It is no part of the transaction
    /// that follows: where that fails, the row stays. A row whose INSERT is rolled back leaves a gap lock to each
    /// request that waits for it (also under READ COMMITTED), and each of these would then keep the others from
    /// inserting: all but one would deadlock.
    /// - Throws: a lock wait timeout where a request with this key is under way for too long.
    static func makeRoom(for name: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = \(lockWait) FOR
            INSERT INTO idempotency_keys (name, fingerprint, answer_sealed, expires_at)
            VALUES (\(name), '', '', NOW(6) + INTERVAL 1 HOUR)
            ON DUPLICATE KEY UPDATE
                answer_sealed = IF(expires_at <= NOW(6), '', answer_sealed),
                expires_at = IF(expires_at <= NOW(6), VALUES(expires_at), expires_at)
            """)
    }

    /// Locks the row of a key until the transaction ends.
    /// - Returns: what was answered; `nil` where nothing was.
    /// - Throws: a lock wait timeout where a request with this key is under way for too long.
    static func lock(_ name: [UInt8], in db: Connection) throws -> KeptAnswer? {
        let row: KeptAnswer? = try db.first(
            """
            SET STATEMENT innodb_lock_wait_timeout = \(lockWait) FOR
            SELECT fingerprint, answer_sealed FROM idempotency_keys WHERE name = \(name) FOR UPDATE
            """)
        // The purge lets an hour pass, so that it is not what took the row.
        guard let row else { throw RowVanished() }
        return row.answer.isEmpty ? nil : row
    }

    /// Keeps the answer to a request under a key that is locked.
    static func keep(
        _ answer: [UInt8], to fingerprint: [UInt8], of name: [UInt8], in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE idempotency_keys
            SET fingerprint = \(fingerprint), answer_sealed = \(answer),
                expires_at = NOW(6) + INTERVAL \(Idempotency.hoursKept) HOUR
            WHERE name = \(name)
            """)
    }

    /// Deletes keys whose time was over an hour ago.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            DELETE FROM idempotency_keys WHERE expires_at < NOW(6) - INTERVAL 1 HOUR ORDER BY expires_at LIMIT \(limit)
            """
        ).affectedRows
    }
}
