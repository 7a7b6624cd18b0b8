import Database
import FoundationEssentials

/// All statements on the table `users`.
enum UserRepository {
    /// The data for checking a sign-in.
    struct Credentials: RowDecodable {
        let user: User
        let passwordHash: String?

        static let columnNames = User.columnNames + "password_hash"

        init(row: Row) throws(DatabaseError) {
            user = try User(row: row)
            passwordHash = try row.decode(14)
        }

        /// What ends device cookies and mailed requests when it changes: see `User.state(_:)`.
        var state: String? { user.state(passwordHash) }

        /// A digest of password and address, by which a job sees whether they have changed.
        var digest: String {
            ContentDigest.text(of: Array("\(user.emailKey) \(state ?? "")".utf8))
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

    static func findCredentials(_ id: UInt64, in db: Connection) throws(DatabaseError) -> Credentials? {
        try db.first("SELECT \(User.columns), password_hash FROM users WHERE id = \(id) AND status = 'active'")
    }

    /// Reads and locks an account in use, with the data for checking a sign-in.
    static func lockCredentials(_ id: UInt64, in db: Connection) throws(DatabaseError) -> Credentials? {
        try db.first(
            "SELECT \(User.columns), password_hash FROM users WHERE id = \(id) AND status = 'active' FOR UPDATE")
    }

    /// An account in use that has this address, with the data for checking a sign-in.
    static func findActiveCredentials(emailKey: String, in db: Connection) throws(DatabaseError) -> Credentials? {
        try db.first(
            """
            SELECT \(User.columns), password_hash FROM users WHERE email_key = \(emailKey) AND status = 'active'
            """)
    }

    /// An account in use that has this address.
    static func findActive(emailKey: String, in db: Connection) throws(DatabaseError) -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE email_key = \(emailKey) AND status = 'active'")
    }

    /// An account in use, if this is still its address.
    static func findActive(_ id: UInt64, emailKey: String, in db: Connection) throws(DatabaseError) -> User? {
        try db.first(
            """
            SELECT \(User.columns) FROM users WHERE id = \(id) AND email_key = \(emailKey) AND status = 'active'
            """)
    }

    static func findDeleted(_ id: UInt64, in db: Connection) throws(DatabaseError) -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE id = \(id) AND status = 'deleted'")
    }

    /// Whether another account has this address and would keep it even if this account proved to own it.
    static func isHeld(
        _ emailKey: String, byOtherThan id: UInt64, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let holder: UInt64? = try db.first(
            """
            SELECT id FROM users WHERE email_key = \(emailKey) AND id <> \(id) AND NOT (\(AddressClaim.proved.prevails))
            """)
        return holder != nil
    }

    /// Reads and locks a user for a change.
    static func lock(_ id: UInt64, in db: Connection) throws(DatabaseError) -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE id = \(id) AND status <> 'deleted' FOR UPDATE")
    }

    /// Reads and locks users for a change, in the order of their ids, so two requests that lock several do not
    /// deadlock.
    static func lock(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [User] {
        try db.all(
            """
            SELECT \(User.columns) FROM users WHERE id IN (\(list: ids)) AND status <> 'deleted' ORDER BY id FOR UPDATE
            """)
    }

    /// Reads a user and prevents changes until the transaction ends.
    static func lockShared(_ id: UInt64, in db: Connection) throws(DatabaseError) -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE id = \(id) LOCK IN SHARE MODE")
    }

    /// Whether an account is in use; if so, it stays so until the transaction ends.
    static func lockSharedInUse(_ publicID: UUID, in db: Connection) throws(DatabaseError) -> Bool {
        let id: UInt64? = try db.first(
            "SELECT id FROM users WHERE public_id = \(publicID) AND status = 'active' LOCK IN SHARE MODE")
        return id != nil
    }

    /// Whether a hash that was checked is still current; prevents a password change or suspension until the transaction
    /// ends.
    static func lockIfUnchanged(_ id: UInt64, passwordHash: String?, in db: Connection) throws(DatabaseError) -> Bool {
        let found: UInt64? = try db.first(
            """
            SELECT id FROM users
            WHERE id = \(id) AND password_hash <=> \(passwordHash) AND status = 'active' FOR UPDATE
            """)
        return found != nil
    }

    /// Reads and locks the account that gives way to a claim to its address.
    /// - Parameter kept: an account that must not give way.
    static func lockGivingWay(
        to claim: AddressClaim, _ emailKey: String, except kept: UInt64?, in db: Connection
    ) throws(DatabaseError) -> User? {
        try db.first(
            """
            SELECT \(User.columns) FROM users
            WHERE email_key = \(emailKey) AND NOT (id <=> \(kept)) AND \(claim.prevails)
            FOR UPDATE
            """)
    }

    /// Writes a registered account.
    /// - Throws: the duplicate key `uq_users_email_key` where the address is taken; what hooks refuse it with.
    static func insert(
        _ publicID: UUID, email: EmailAddress, name: String, passwordHash: String, device: String? = nil,
        invitation: InvitationProof, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> User {
        let role = BuiltInRole.user.rawValue
        try hooks.fire(
            AccountWillBeCreated(
                publicID: publicID, email: email, name: name, role: role, origin: .registration,
                invitation: invitation),
            by: actor, in: db)
        let emailKey = try key(of: email, in: db)
        let inserted = try db.execute(
            """
            INSERT INTO users (public_id, email, email_key, email_unicode, is_provisional, is_self_registered, name,
                               password_hash, registration_device)
            VALUES (\(publicID), \(email.entered), \(emailKey), \(email.unicodeKey), TRUE, TRUE, \(name),
                    \(passwordHash), \(device))
            """)
        try writeWords(of: inserted.lastInsertID, in: db)
        let reference = UserReference(id: inserted.lastInsertID, publicID: publicID)
        try hooks.fire(
            AccountCreated(
                user: reference, email: email, name: name, role: role, isVerified: false, hasPassword: true,
                origin: .registration), by: actor, in: db)
        guard let user = try find(reference.id, in: db) else { throw RowVanished() }
        return user
    }

    /// The browser and system of the registration, until the address is verified.
    static func registrationDevice(of id: UInt64, in db: Connection) throws(DatabaseError) -> String? {
        try db.first("SELECT registration_device FROM users WHERE id = \(id)", as: String?.self) ?? nil
    }

    /// - Parameter fields: those whose value differs from the user's.
    static func update(
        _ user: UserReference, with change: UpdateProfile, of fields: Set<ProfileChanged.Field>, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            "UPDATE users SET \(change.assignments), version = version + 1 WHERE id = \(user.id)")
        if change.name != nil { try writeWords(of: user.id, in: db) }
        try hooks.fire(ProfileChanged(user: user, fields: fields), by: actor, in: db)
    }

    /// Marks the address as verified if it is still the one to which the token was sent, and is not verified yet: only
    /// one of several links does this.
    static func markVerified(
        _ user: User, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> Bool {
        let outcome = try db.execute(
            """
            UPDATE users SET email_verified_at = NOW(6), registration_device = NULL, version = version + 1
            WHERE id = \(user.id) AND email_key = \(user.emailKey) AND status = 'active' AND email_verified_at IS NULL
            """)
        guard outcome.affectedRows == 1 else { return false }
        try hooks.fire(EmailVerified(of: user), by: actor, in: db)
        return true
    }

    /// Records that somebody has signed in: another registration of the address can no longer replace the account.
    static func noteUse(_ id: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute(
            "UPDATE users SET is_provisional = FALSE, updated_at = updated_at WHERE id = \(id) AND is_provisional")
    }

    /// Marks an account as deleted; its grace begins.
    static func markDeleted(
        _ user: UserReference, because cause: AccountDeleted.Cause, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> Bool {
        let outcome = try db.execute(
            """
            UPDATE users SET status = 'deleted', deleted_at = NOW(6), version = version + 1
            WHERE id = \(user.id) AND status <> 'deleted'
            """)
        guard outcome.affectedRows == 1 else { return false }
        try hooks.fire(AccountDeleted(user: user, cause: cause), by: actor, in: db)
        return true
    }

    /// Accounts whose grace after deletion is over, the longest deleted first.
    /// - Parameter left: the ids to leave out.
    static func findErasable(
        graceDays: Int, except left: [UInt64], limit: Int, in db: Connection
    ) throws(DatabaseError) -> [User] {
        // `NOT IN (NULL)` matches nothing, so add id 0.
        try db.all(
            """
            SELECT \(User.columns) FROM users
            WHERE deleted_at < NOW(6) - INTERVAL \(graceDays) DAY AND id NOT IN (\(list: left + [0]))
            ORDER BY deleted_at LIMIT \(limit)
            """)
    }

    /// Reads and locks an account whose grace is still over.
    static func lockErasable(
        _ id: UInt64, graceDays: Int, in db: Connection
    ) throws(DatabaseError) -> User? {
        try db.first(
            """
            SELECT \(User.columns) FROM users
            WHERE id = \(id) AND deleted_at < NOW(6) - INTERVAL \(graceDays) DAY FOR UPDATE
            """)
    }

    /// Deletes an account with everything that refers to it: sessions, tokens, words.
    static func erase(_ id: UInt64, in db: Connection) throws(DatabaseError) {
        try Words.remove(of: id, from: wordScope, in: db)
        try db.execute("DELETE FROM users WHERE id = \(id)")
    }
}

extension User {
    /// What ends device cookies and mailed requests of an account when it changes: the hash of its password, or,
    /// without one, whether its address was ever proved, since a stranger may have used the account before.
    func state(_ passwordHash: String?) -> String? { passwordHash ?? (isEmailVerified ? "verified" : nil) }
}
