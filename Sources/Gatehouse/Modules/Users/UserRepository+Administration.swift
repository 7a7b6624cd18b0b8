import Database
import FoundationEssentials
import Web

/// Statements that only operators need. They find deleted accounts too.
extension UserRepository {
    static func findAny(emailKey: String, in db: Connection) throws(DatabaseError) -> AdministeredUser? {
        try db.first("SELECT \(AdministeredUser.columns) FROM users WHERE email_key = \(emailKey)")
    }

    static func findAny(publicID: UUID, in db: Connection) throws(DatabaseError) -> AdministeredUser? {
        try db.first("SELECT \(AdministeredUser.columns) FROM users WHERE public_id = \(publicID)")
    }

    /// Accounts in the order of their creation.
    /// - Parameters:
    ///   - emailPrefix: the beginning of the address, as `EmailPrefix` reads it.
    ///   - after: the internal id after which to continue.
    static func list(
        status: String?, role: String?, emailPrefix: String?, after: UInt64?, limit: Int, in db: Connection
    ) throws -> [AdministeredUser] {
        var conditions: SQL = "id > \(after ?? 0)"
        if let status { conditions += " AND status = \(status)" }
        if let role { conditions += " AND role = \(role)" }
        if let emailPrefix { conditions += " AND \(try EmailPrefix(emailPrefix).condition)" }
        return try db.all(
            "SELECT \(AdministeredUser.columns) FROM users WHERE \(conditions) ORDER BY id LIMIT \(limit)")
    }

    /// Locks accounts and all administrators, in the order of their ids, so two such requests do not deadlock. A user
    /// who becomes an administrator meanwhile is not among them.
    static func lockWithAdministrators(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [User] {
        let locked = try administrators(in: db) + ids
        return try db.all("SELECT \(User.columns) FROM users WHERE id IN (\(list: locked)) ORDER BY id FOR UPDATE")
    }

    /// The internal ids of the administrators.
    static func administrators(in db: Connection) throws(DatabaseError) -> [UInt64] {
        try db.all("SELECT id FROM users WHERE role = 'admin' AND status = 'active'")
    }

    /// Writes an account that is made for its user, or by a sign-in of its user by a provider.
    /// - Throws: the duplicate key `uq_users_email_key` where the address is taken; what hooks refuse it with.
    @discardableResult static func insert(
        _ publicID: UUID, email: EmailAddress, name: String, role: String, isVerified: Bool, passwordHash: String?,
        device: String? = nil, origin: AccountOrigin, invitation: InvitationProof = .none, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws -> UserReference {
        let isByUser = origin.isByUser
        try hooks.fire(
            AccountWillBeCreated(
                publicID: publicID, email: email, name: name, role: role, origin: origin, invitation: invitation),
            by: actor, in: db)
        let emailKey = try key(of: email, in: db)
        let inserted = try db.execute(
            """
            INSERT INTO users (public_id, email, email_key, email_unicode, email_verified_at, is_provisional,
                               is_self_registered, name, role, password_hash, registration_device)
            VALUES (\(publicID), \(email.entered), \(emailKey), \(email.unicodeKey),
                    IF(\(isVerified ? 1 : 0), NOW(6), NULL), \(isByUser && !isVerified), \(isByUser), \(name),
                    \(role), \(passwordHash), \(device))
            """)
        try writeWords(of: inserted.lastInsertID, in: db)
        let user = UserReference(id: inserted.lastInsertID, publicID: publicID)
        try hooks.fire(
            AccountCreated(
                user: user, email: email, name: name, role: role, isVerified: isVerified,
                hasPassword: passwordHash != nil, origin: origin), by: actor, in: db)
        return user
    }

    /// Suspends an active account.
    static func suspend(
        _ user: UserReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let outcome = try db.execute(
            "UPDATE users SET status = 'suspended', version = version + 1 WHERE id = \(user.id) AND status = 'active'")
        if outcome.affectedRows == 1 { try hooks.fire(AccountSuspended(user: user), by: actor, in: db) }
    }

    /// Activates a suspended account, or a deleted one within its grace.
    /// - Returns: whether it was one of these.
    static func activate(
        _ user: UserReference, graceDays: Int, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> Bool {
        let outcome = try db.execute(
            """
            UPDATE users SET status = 'active', deleted_at = NULL, version = version + 1
            WHERE id = \(user.id) AND (status = 'suspended' OR deleted_at > NOW(6) - INTERVAL \(graceDays) DAY)
            """)
        guard outcome.affectedRows == 1 else { return false }
        try hooks.fire(AccountActivated(user: user), by: actor, in: db)
        return true
    }

    /// Gives an account, whose row is locked, another role.
    static func setRole(
        _ user: User, to role: String, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            "UPDATE users SET role = \(role), is_provisional = FALSE, version = version + 1 WHERE id = \(user.id)")
        try hooks.fire(RoleChanged(user: user.reference, oldRole: user.role, newRole: role), by: actor, in: db)
    }

    /// Sets a password for an operator.
    /// - Parameter isFirst: whether the account had none before.
    static func setPassword(
        _ user: UserReference, to hash: String, isFirst: Bool, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws {
        try db.execute("UPDATE users SET password_hash = \(hash), is_provisional = FALSE WHERE id = \(user.id)")
        try hooks.fire(PasswordChanged(user: user, cause: .set, hadPassword: !isFirst), by: actor, in: db)
    }
}
