import Database
import Web

/// Every statement about the table `one_time_tokens`.
enum OneTimeTokenRepository {
    /// What a token is good for.
    enum Purpose: String, ColumnDecodable, SQLValue, ResponseValue, CaseIterable {
        case verifyEmail = "verify_email"
        case resetPassword = "reset_password"
        case changeEmail = "change_email"

        static let example = Purpose.verifyEmail

        /// The kind of secret that serves it.
        var kind: OpaqueToken.Kind {
            switch self {
            case .verifyEmail: .verifyEmail
            case .resetPassword: .resetPassword
            case .changeEmail: .changeEmail
            }
        }
    }

    /// What a token stands for.
    struct Claim: RowDecodable {
        let userID: UInt64
        /// The address it was sent to.
        let emailKey: String
        /// The address to change to, as entered.
        let newEmail: String?

        init(row: Row) throws(DatabaseError) {
            userID = try row.decode("user_id")
            emailKey = try row.decode("email_key")
            newEmail = try row.decode("new_email")
        }
    }

    /// - Parameter newEmail: the address to change to, which for other purposes is `nil`.
    static func insert(
        _ token: OpaqueToken, for purpose: Purpose, user: UInt64, emailKey: String, newEmail: String? = nil,
        lifetime: Duration, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO one_time_tokens (user_id, purpose, email_key, new_email, token_hash, expires_at)
            VALUES (\(user), \(purpose), \(emailKey), \(newEmail), \(token.hash),
                    NOW(6) + INTERVAL \(Int(lifetime.components.seconds)) SECOND)
            """)
    }

    /// What a token that may still be used stands for. It stays usable.
    static func find(
        _ token: OpaqueToken, for purpose: Purpose, in db: Connection
    ) throws(DatabaseError) -> Claim? {
        try db.first(
            """
            SELECT user_id, email_key, new_email FROM one_time_tokens
            WHERE token_hash = \(token.hash) AND purpose = \(purpose) AND consumed_at IS NULL AND expires_at > NOW(6)
            """)
    }

    /// Uses a token up. Of any number of concurrent uses one changes the row; the others answer `nil`, as for an
    /// expired token and for one that never was.
    static func consume(
        _ token: OpaqueToken, for purpose: Purpose, in db: Connection
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

    /// Makes the tokens of a user unusable: after a change of password or address, links sent before it are void.
    /// - Parameter exceptOfOwner: whether those stay by which whoever reads the address takes the account over, since
    ///   it may be a stranger who changes the password.
    static func void(
        of userID: UInt64, exceptOfOwner: Bool = false, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE one_time_tokens SET consumed_at = NOW(6)
            WHERE user_id = \(userID) AND consumed_at IS NULL
              AND NOT (\(exceptOfOwner) AND purpose IN ('verify_email', 'reset_password'))
            """)
    }

    /// Lets the links that were sent to an address go on proving it under another key.
    static func readdress(
        from old: String, to new: String, of userID: UInt64, in db: Connection
    ) throws(DatabaseError) {
        if new.hasSameBytes(as: old) { return }
        try db.execute(
            "UPDATE one_time_tokens SET email_key = \(new) WHERE user_id = \(userID) AND email_key = \(old)")
    }

    /// The links behind one that were sent to a user and are still known, oldest first.
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
