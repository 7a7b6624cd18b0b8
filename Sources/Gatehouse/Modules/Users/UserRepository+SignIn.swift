import Database

/// Accounts for a sign-in with a provider, whatever their status.
extension UserRepository {
    /// An account that is not deleted, with the data for checking a sign-in.
    static func findUndeleted(_ id: UInt64, in db: Connection) throws(DatabaseError) -> Credentials? {
        try db.first("SELECT \(User.columns), password_hash FROM users WHERE id = \(id) AND status <> 'deleted'")
    }

    /// Reads and locks the account that has an address, whatever its status.
    static func lockAny(emailKey: String, in db: Connection) throws(DatabaseError) -> Credentials? {
        try db.first(
            "SELECT \(User.columns), password_hash FROM users WHERE email_key = \(emailKey) FOR UPDATE")
    }

    /// Reads and locks an account, whatever its status, with the data for checking a sign-in.
    static func lockAny(_ id: UInt64, in db: Connection) throws(DatabaseError) -> Credentials? {
        try db.first("SELECT \(User.columns), password_hash FROM users WHERE id = \(id) FOR UPDATE")
    }

    /// Whether an account waits for the proof of its address, and nobody ever signed in to it.
    static func isProvisional(_ id: UInt64, in db: Connection) throws(DatabaseError) -> Bool {
        let found: UInt64? = try db.first(
            "SELECT id FROM users WHERE id = \(id) AND \(AddressClaim.isProvisional)")
        return found != nil
    }
}
