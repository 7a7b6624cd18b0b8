import Database

/// Tells a person about an account that was made for them, with a link that sets its first password and verifies the
/// address. The token is made when the mail is sent, so it exists nowhere else.
struct SendAccountInvitation: Job {
    static let kind = "account.send_invitation"

    let emailKey: String

    /// The lifetime of the link. It is long, since nobody waits for this mail.
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
                link: context.link(for: .resetPassword, with: token), expiresIn: Self.lifetime,
                resetPage: context.resetPage),
            to: recipient)
    }
}
