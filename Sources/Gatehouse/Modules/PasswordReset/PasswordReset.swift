/// New passwords by mailed links, and what every new password ends.
struct PasswordReset: Module {
    static let auditActions: [AuditAction] = [.passwordReset, .passwordSet]
    static let jobs: [any Job.Type] = [
        SendPasswordResetMail.self, SendAccountInvitation.self, SendPasswordChangedNotice.self,
    ]

    let service: PasswordResetService

    init(_ services: Services) throws {
        service = try PasswordResetService(services)
    }
}
