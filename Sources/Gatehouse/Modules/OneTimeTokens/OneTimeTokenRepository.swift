import Database
import Web

/// All statements on the table `one_time_tokens`.
enum OneTimeTokenRepository {
    /// The claim of a token.
    struct Claim: RowDecodable {
        let userID: UInt64
        /// The address to which it was sent.
        let emailKey: String
        /// The new address, as entered.
        let newEmail: String?

        init(row: Row) throws(DatabaseError) {
            userID = try row.decode("user_id")
            emailKey = try row.decode("email_key")
            newEmail = try row.decode("new_email")
        }
    }

    /// - Parameter newEmail: the new address; `nil` for other purposes.
    static func insert(
        _ token: OpaqueToken, for purpose: LinkPurpose, user: UInt64, emailKey: String, newEmail: String? = nil,
        lifetime: Duration, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO one_time_tokens (user_id, purpose, email_key, new_email, token_hash, expires_at)
            VALUES (\(user), \(purpose), \(emailKey), \(newEmail), \(token.hash),
                    NOW(6) + INTERVAL \(Int(lifetime.components.seconds)) SECOND)
            """)
    }

    /// The claim of a valid token, which stays valid.
    static func find(
        _ token: OpaqueToken, for purpose: LinkPurpose, in db: Connection
    ) throws(DatabaseError) -> Claim? {
        try db.first(
            """
            SELECT user_id, email_key, new_email FROM one_time_tokens
            WHERE token_hash = \(token.hash) AND purpose = \(purpose) AND consumed_at IS NULL AND expires_at > NOW(6)
            """)
    }

    /// Consumes a token. Of any number of concurrent uses, one changes the row; the others return `nil`, as for expired
    /// and unknown tokens.
    static func consume(
        _ token: OpaqueToken, for purpose: LinkPurpose, in db: Connection
    ) throws(DatabaseError) -> Claim? {
        let outcome = try db.execute(
            """
            UPDATE one_time_tokens SET consumed_at = NOW(6)
            WHERE token_hash = \(token.hash) AND purpose = \(purpose) AND consumed_at IS NULL AND expires_at > NOW(6)
            """)
        guard outcome.affectedRows == 1 else { return nil }
        return try db.first(
            "SELECT user_id, email_key, new_email FROM one_time_tokens WHERE token_hash = \(token.hash)")
    }

    /// Invalidates the tokens of a user: after a change of password or address, earlier links are void.
    /// - Parameter kept: the purposes whose tokens stay valid.
    static func void(
        of userID: UInt64, except kept: [LinkPurpose] = [], in db: Connection
    ) throws(DatabaseError) {
        // `IN` an empty list is NULL, not false.
        try db.execute(
            """
            UPDATE one_time_tokens SET consumed_at = NOW(6)
            WHERE user_id = \(userID) AND consumed_at IS NULL
              AND NOT (\(!kept.isEmpty) AND purpose IN (\(list: kept)))
            """)
    }

    /// Changes the key of an address in the links that were sent to it.
    static func readdress(
        from old: String, to new: String, of userID: UInt64, in db: Connection
    ) throws(DatabaseError) {
        if new.hasSameBytes(as: old) { return }
        try db.execute(
            "UPDATE one_time_tokens SET email_key = \(new) WHERE user_id = \(userID) AND email_key = \(old)")
    }

    /// The links of a user after one, oldest first.
    static func exported<Link: RowDecodable>(
        of userID: UInt64, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [Link] {
        try db.all(
            """
            SELECT id, purpose, new_email, created_at, expires_at, consumed_at
            FROM one_time_tokens FORCE INDEX (fk_one_time_tokens_user)
            WHERE user_id = \(userID) AND id > \(id ?? 0) ORDER BY id LIMIT \(limit)
            """)
    }

    /// Deletes tokens that have expired.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM one_time_tokens WHERE expires_at < NOW(6) - INTERVAL 1 DAY ORDER BY expires_at LIMIT \(limit)"
        ).affectedRows
    }
}
