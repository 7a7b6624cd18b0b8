import FoundationEssentials

/// New passwords by mailed links, and what every new password ends.
struct PasswordReset: Module {
    static let hooks: [Hook] = [
        .afterCommit(AccountCreated.self) { $0.isInvited ? SendAccountInvitation(emailKey: $0.email.key) : nil },
        .afterCommit(PasswordChanged.self) { event in
            guard event.hasPassword else { return nil }
            return SendPasswordChangedNotice(userID: event.user.id, time: Date(), isFirst: !event.hadPassword)
        },
    ]
    static let jobs: [any Job.Type] = [
        SendPasswordResetMail.self, SendAccountInvitation.self, SendPasswordChangedNotice.self,
    ]

    let service: PasswordResetService

    init(_ services: Services) throws {
        service = try PasswordResetService(services)
    }
}
