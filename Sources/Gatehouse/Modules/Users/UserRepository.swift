import Database
import FoundationEssentials

/// Every statement about the table `users`.
enum UserRepository {
    /// What a sign-in compares.
    struct Credentials: RowDecodable {
        let user: User
        let passwordHash: String?

        init(row: Row) throws(DatabaseError) {
            user = try User(row: row)
            passwordHash = try row.decode("password_hash")
        }
    }

    static func find(_ id: UInt64, in db: Connection) throws(DatabaseError) -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE id = \(id) AND status <> 'deleted'")
    }

    static func findCredentials(emailKey: String, in db: Connection) throws(DatabaseError) -> Credentials? {
        try db.first(
            """
            SELECT \(User.columns), password_hash FROM users
            WHERE email_key = \(emailKey) AND status <> 'deleted'
            """)
    }

    /// An account that may be sent a link that verifies its address.
    static func findUnverified(emailKey: String, in db: Connection) throws(DatabaseError) -> User? {
        try db.first(
            """
            SELECT \(User.columns) FROM users
            WHERE email_key = \(emailKey) AND email_verified_at IS NULL AND status = 'active'
            """)
    }

    /// Reads and locks a user for a change.
    static func lock(_ id: UInt64, in db: Connection) throws(DatabaseError) -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE id = \(id) AND status <> 'deleted' FOR UPDATE")
    }

    /// Whether a sign-in that checked this hash still stands; holds off a password change or suspension until the
    /// transaction ends.
    static func confirm(_ id: UInt64, passwordHash: String?, in db: Connection) throws(DatabaseError) -> Bool {
        let found: UInt64? = try db.first(
            """
            SELECT id FROM users
            WHERE id = \(id) AND password_hash <=> \(passwordHash) AND status = 'active' FOR UPDATE
            """)
        return found != nil
    }

    /// Removes an account that never proved to own the address and is older than a day.
    /// - Returns: its public id; `nil` where there is none such.
    static func removeStaleUnverified(emailKey: String, in db: Connection) throws(DatabaseError) -> UUID? {
        let stale: UUID? = try db.first(
            """
            SELECT public_id FROM users
            WHERE email_key = \(emailKey) AND email_verified_at IS NULL AND status = 'active'
              AND created_at < NOW(6) - INTERVAL 24 HOUR
            FOR UPDATE
            """)
        if let stale { try db.execute("DELETE FROM users WHERE public_id = \(stale)") }
        return stale
    }

    /// A row that was written a moment ago, in the same transaction, cannot be read.
    struct Vanished: Error {}

    /// - Throws: the duplicate key `uq_users_email_key` where the address is taken.
    static func insert(
        _ publicID: UUID, email: EmailAddress, name: String, passwordHash: String, in db: Connection
    ) throws -> User {
        let inserted = try db.execute(
            """
            INSERT INTO users (public_id, email, email_key, name, password_hash)
            VALUES (\(publicID), \(email.entered), \(email.key), \(name), \(passwordHash))
            """)
        guard let user = try find(inserted.lastInsertID, in: db) else { throw Vanished() }
        return user
    }

    static func update(_ id: UInt64, with change: UpdateProfile, in db: Connection) throws(DatabaseError) {
        var assignments: SQL = "version = version + 1"
        if let name = change.name { assignments += ", name = \(name)" }
        if let avatarURL = change.avatarURL { assignments += ", avatar_url = \(avatarURL)" }
        if let locale = change.locale { assignments += ", locale = \(locale)" }
        try db.execute("UPDATE users SET \(assignments) WHERE id = \(id)")
    }

    /// Marks the address as verified where it still is the one the token was sent to, and is not verified yet: of several links
    /// one does it.
    static func markVerified(_ id: UInt64, emailKey: String, in db: Connection) throws(DatabaseError) -> Bool {
        let outcome = try db.execute(
            """
            UPDATE users SET email_verified_at = NOW(6), version = version + 1
            WHERE id = \(id) AND email_key = \(emailKey) AND status = 'active' AND email_verified_at IS NULL
            """)
        return outcome.affectedRows == 1
    }

    /// Stores the same password under new settings, unless it was changed meanwhile.
    static func replaceHash(
        _ id: UInt64, old: String, new: String, in db: Connection
    ) throws(DatabaseError) {
        try db.execute("UPDATE users SET password_hash = \(new) WHERE id = \(id) AND password_hash = \(old)")
    }
}
