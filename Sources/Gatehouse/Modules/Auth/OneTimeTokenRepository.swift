import Database

/// Every statement about the table `one_time_tokens`.
enum OneTimeTokenRepository {
    /// What a token is good for.
    enum Purpose: String, SQLValue {
        case verifyEmail = "verify_email"
    }

    /// What a consumed token stood for.
    struct Consumed: RowDecodable {
        let userID: UInt64
        let emailKey: String

        init(row: Row) throws(DatabaseError) {
            userID = try row.decode("user_id")
            emailKey = try row.decode("email_key")
        }
    }

    static func insert(
        _ token: OpaqueToken, for purpose: Purpose, user: UInt64, emailKey: String, lifetime: Duration,
        in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO one_time_tokens (user_id, purpose, email_key, token_hash, expires_at)
            VALUES (\(user), \(purpose), \(emailKey), \(token.hash),
                    NOW(6) + INTERVAL \(Int(lifetime.components.seconds)) SECOND)
            """)
    }

    /// Uses a token up. Of any number of concurrent uses one changes the row; the others answer `nil`, as for an expired token
    /// and for one that never was.
    static func consume(
        _ token: OpaqueToken, for purpose: Purpose, in db: Connection
    ) throws(DatabaseError) -> Consumed? {
        let outcome = try db.execute(
            """
            UPDATE one_time_tokens SET consumed_at = NOW(6)
            WHERE token_hash = \(token.hash) AND purpose = \(purpose) AND consumed_at IS NULL AND expires_at > NOW(6)
            """)
        guard outcome.affectedRows == 1 else { return nil }
        return try db.first("SELECT user_id, email_key FROM one_time_tokens WHERE token_hash = \(token.hash)")
    }

    /// Deletes tokens that have expired.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM one_time_tokens WHERE expires_at < NOW(6) - INTERVAL 1 DAY ORDER BY expires_at LIMIT \(limit)"
        ).affectedRows
    }
}
