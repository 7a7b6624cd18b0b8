import Database
import FoundationEssentials

/// Changes of passwords and addresses.
extension UserRepository {
    /// Stores the same password hashed with new settings, unless it was changed meanwhile.
    static func replaceHash(
        _ id: UInt64, old: String, new: String, in db: Connection
    ) throws(DatabaseError) {
        try db.execute("UPDATE users SET password_hash = \(new) WHERE id = \(id) AND password_hash = \(old)")
    }

    /// Sets a password, unless it was changed since `old` was read.
    /// - Parameter old: the verified hash; `nil` if the account had no password.
    static func changePassword(
        _ user: UserReference, from old: String?, to new: String, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> Bool {
        let outcome = try db.execute(
            """
            UPDATE users SET password_hash = \(new)
            WHERE id = \(user.id) AND password_hash <=> \(old) AND status = 'active'
            """)
        guard outcome.affectedRows == 1 else { return false }
        try hooks.fire(PasswordChanged(user: user, cause: .changed, hadPassword: old != nil), by: actor, in: db)
        return true
    }

    /// Sets a password with a link that was mailed to the address, which verifies the address.
    /// - Parameters:
    ///   - found: the account, whose row is locked.
    ///   - emailKey: the address to which the link was mailed.
    static func resetPassword(
        _ found: Credentials, emailKey: String, to new: String, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> Bool {
        let user = found.user
        let outcome = try db.execute(
            """
            UPDATE users SET password_hash = \(new), version = version + IF(email_verified_at IS NULL, 1, 0),
                             email_verified_at = COALESCE(email_verified_at, NOW(6))
            WHERE id = \(user.id) AND email_key = \(emailKey) AND status = 'active'
            """)
        guard outcome.affectedRows == 1 else { return false }
        let isFirst = found.passwordHash == nil
        try hooks.fire(PasswordChanged(user: user.reference, cause: .reset, hadPassword: !isFirst), by: actor, in: db)
        if user.emailVerifiedAt == nil { try hooks.fire(EmailVerified(of: user), by: actor, in: db) }
        return true
    }

    /// Changes the address to a verified one.
    /// - Throws: the duplicate key `uq_users_email_key` where it is taken.
    static func changeEmail(
        of user: User, to address: EmailAddress, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let emailKey = try key(of: address, in: db)
        try db.execute(
            """
            UPDATE users SET email = \(address.entered), email_key = \(emailKey),
                             email_unicode = \(address.unicodeKey), email_verified_at = NOW(6),
                             registration_device = NULL, version = version + 1
            WHERE id = \(user.id)
            """)
        try writeWords(of: user.id, in: db)
        try hooks.fire(EmailChanged(before: user, newEmail: address), by: actor, in: db)
        guard user.emailVerifiedAt == nil else { return }
        try hooks.fire(EmailVerified(of: user, newEmail: address.entered), by: actor, in: db)
    }

    /// Removes the password.
    static func removePassword(
        _ user: UserReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute("UPDATE users SET password_hash = NULL WHERE id = \(user.id)")
        try hooks.fire(PasswordChanged(user: user, cause: .removed, hadPassword: true), by: actor, in: db)
    }

    /// Frees the address of an account that never proved to own it.
    static func release(
        _ user: User, because cause: EmailReleased.Cause, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws {
        let address = user.releasedAddress
        try db.execute(
            """
            UPDATE users SET email = \(address), email_key = \(address), email_unicode = NULL, version = version + 1
            WHERE id = \(user.id)
            """)
        try writeWords(of: user.id, in: db)
        let event = EmailReleased(user: user.reference, oldEmail: user.email, cause: cause)
        try hooks.fire(event, by: actor, in: db)
    }
}
