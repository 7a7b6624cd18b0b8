import Database

/// Tells somebody of an account that was made for them, with a link that sets its first password and verifies the
/// address. The token is made here, at sending, so that it stands nowhere but in the mail.
struct SendAccountInvitation: Job {
    static let kind = "account.send_invitation"

    let emailKey: String

    /// How long the link works: nobody waits for this mail.
    static let lifetime = Duration.seconds(7 * 86_400)

    var subjects: [JobSubject] { [.address(emailKey)] }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.findActive(emailKey: emailKey, in: context.db),
            let recipient = MailRecipient(user)
        else { return }
        let token = OpaqueToken(.resetPassword)
        try OneTimeTokenRepository.insert(
            token, for: .resetPassword, user: user.id, emailKey: emailKey, lifetime: Self.lifetime, in: context.db)
        try context.send(
            .accountMade(
                link: context.link(to: .resetPassword, with: token), expiresIn: Self.lifetime,
                resetPage: context.link(to: .resetPassword)),
            to: recipient)
    }
}
