/// The module's audit actions.
extension AuditAction {
    static let passwordRefused = AuditAction(rawValue: "password.refused")
    static let loginFailed = AuditAction(rawValue: "login.failed")
    static let loginRefused = AuditAction(rawValue: "login.refused")
    static let loginLocked = AuditAction(rawValue: "login.locked")
    static let tokenRefreshed = AuditAction(rawValue: "token.refreshed")
}
