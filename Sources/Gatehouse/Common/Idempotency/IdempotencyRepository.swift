import Database

/// All statements on the table `idempotency_keys`.
enum IdempotencyRepository {
    /// The stored answer of a key.
    struct KeptAnswer: RowDecodable {
        let fingerprint: [UInt8]
        /// Empty if there is no answer yet.
        let answer: [UInt8]

        init(row: Row) throws(DatabaseError) {
            fingerprint = try row.decode("fingerprint")
            answer = try row.decode("answer_sealed")
        }
    }

    /// The time for which a request waits for another one with its key, in seconds.
    static let secondsToWait = 2
    /// The same in SQL, which accepts no bound value there.
    private static let lockWait: SQL = "2"

    /// Creates the row of a key, or empties an expired one, so it can be locked next. This happens before the
    /// transaction: if that fails, the row stays. If the INSERT were rolled back, each waiting request would get a gap
    /// lock (also under READ COMMITTED) and block the others: all but one would deadlock.
    /// - Throws: a lock wait timeout if another request with this key takes too long.
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
    /// - Returns: the stored answer; `nil` if there is none.
    /// - Throws: a lock wait timeout if another request with this key takes too long.
    static func lock(_ name: [UInt8], in db: Connection) throws -> KeptAnswer? {
        let row: KeptAnswer? = try db.first(
            """
            SET STATEMENT innodb_lock_wait_timeout = \(lockWait) FOR
            SELECT fingerprint, answer_sealed FROM idempotency_keys WHERE name = \(name) FOR UPDATE
            """)
        // The purge waits an hour, so it cannot have deleted the row.
        guard let row else { throw RowVanished() }
        return row.answer.isEmpty ? nil : row
    }

    /// Stores the answer to a request under a locked key.
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

    /// Deletes keys that expired an hour ago.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            DELETE FROM idempotency_keys WHERE expires_at < NOW(6) - INTERVAL 1 HOUR ORDER BY expires_at LIMIT \(limit)
            """
        ).affectedRows
    }
}
