/// The words of the module in the audit.
extension AuditAction {
    static let passwordReset = AuditAction(rawValue: "password.reset")
    static let passwordSet = AuditAction(rawValue: "password.set")
}
