/// The module's audit actions.
extension AuditAction {
    static let passwordChanged = AuditAction(rawValue: "password.changed")
    static let emailChangeRequested = AuditAction(rawValue: "email.change_requested")
    static let emailChanged = AuditAction(rawValue: "email.changed")
    static let userDeleted = AuditAction(rawValue: "user.deleted")
    static let userErased = AuditAction(rawValue: "user.erased")
    static let userExported = AuditAction(rawValue: "user.exported")
    static let userSuspended = AuditAction(rawValue: "user.suspended")
    static let userActivated = AuditAction(rawValue: "user.activated")
    static let roleChanged = AuditAction(rawValue: "user.role_changed")
}
