/// Tells the owner of an address that somebody tried to use it for another account. If that account's address is not
/// verified yet, the mail contains a verification link: people who register twice have often lost the first one.
struct SendAlreadyRegistered: Job {
    static let kind = "auth.send_already_registered"

    let emailKey: String

    var subjects: [JobSubject] { [.address(emailKey)] }

    func run(_ context: JobContext) throws {
        guard let found = try UserRepository.findActiveCredentials(emailKey: emailKey, in: context.db),
            let recipient = MailRecipient(found.user)
        else { return }
        if found.passwordHash == nil, !found.user.isSelfRegistered {
            return try SendAccountInvitation(emailKey: emailKey).run(context)
        }
        if found.user.emailVerifiedAt != nil {
            return try context.send(.alreadyRegistered(resetPage: context.resetPage), to: recipient)
        }
        try SendVerificationMail.send(to: found.user, context) { link, lifetime in
            .alreadyWaiting(link: link, expiresIn: lifetime)
        }
    }
}
