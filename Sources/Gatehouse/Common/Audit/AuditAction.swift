/// A word for something that can stand in the audit. The words are part of the API and never change their meaning.
/// Those of a module stand in its folder.
struct AuditAction: RawRepresentable, Hashable, Sendable {
    /// A noun and what became of it: `user.suspended`.
    let rawValue: String
}

extension AuditAction {
    static let userRegistered = AuditAction(rawValue: "user.registered")
    static let userRejected = AuditAction(rawValue: "user.rejected")
    static let userReplaced = AuditAction(rawValue: "user.replaced")
    static let userCreated = AuditAction(rawValue: "user.created")
    static let userUpdated = AuditAction(rawValue: "user.updated")
    static let userSuspended = AuditAction(rawValue: "user.suspended")
    static let userActivated = AuditAction(rawValue: "user.activated")
    static let userDeleted = AuditAction(rawValue: "user.deleted")
    static let userErased = AuditAction(rawValue: "user.erased")
    static let userExported = AuditAction(rawValue: "user.exported")
    static let roleChanged = AuditAction(rawValue: "user.role_changed")
    static let emailVerified = AuditAction(rawValue: "email.verified")
    static let emailChangeRequested = AuditAction(rawValue: "email.change_requested")
    static let emailChanged = AuditAction(rawValue: "email.changed")
    static let passwordChanged = AuditAction(rawValue: "password.changed")
    static let passwordReset = AuditAction(rawValue: "password.reset")
    static let passwordSet = AuditAction(rawValue: "password.set")
    static let passwordRefused = AuditAction(rawValue: "password.refused")
    static let loginSucceeded = AuditAction(rawValue: "login.succeeded")
    static let loginFailed = AuditAction(rawValue: "login.failed")
    static let loginRefused = AuditAction(rawValue: "login.refused")
    static let loginLocked = AuditAction(rawValue: "login.locked")
    static let tokenRefreshed = AuditAction(rawValue: "token.refreshed")
    static let tokenReused = AuditAction(rawValue: "token.reused")
    static let sessionEnded = AuditAction(rawValue: "session.ended")
    static let sessionsEnded = AuditAction(rawValue: "session.ended_everywhere")
    static let sessionRevoked = AuditAction(rawValue: "session.revoked")
    static let keyRotated = AuditAction(rawValue: "key.rotated")
    static let accessDenied = AuditAction(rawValue: "access.denied")
}
