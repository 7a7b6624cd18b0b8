/// The words of the module in the audit.
extension AuditAction {
    static let userRegistered = AuditAction(rawValue: "user.registered")
    static let userRejected = AuditAction(rawValue: "user.rejected")
    static let userReplaced = AuditAction(rawValue: "user.replaced")
    static let emailVerified = AuditAction(rawValue: "email.verified")
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
}
