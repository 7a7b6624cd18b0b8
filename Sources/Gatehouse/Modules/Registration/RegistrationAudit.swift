/// The words of the module in the audit.
extension AuditAction {
    static let userRegistered = AuditAction(rawValue: "user.registered")
    static let userRejected = AuditAction(rawValue: "user.rejected")
    static let emailVerified = AuditAction(rawValue: "email.verified")
}
