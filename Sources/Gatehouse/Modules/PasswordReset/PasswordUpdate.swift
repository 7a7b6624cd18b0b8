import Database
import FoundationEssentials

/// Finishes the change of a password by anybody: the reader of a mailed link, the signed-in user, or a command.
enum PasswordUpdate {
    /// What ends besides sessions and mailed links.
    enum Reach {
        /// Nothing: API keys stay.
        case sessions
        /// The user's own API keys.
        case apiKeys
        /// Every way in of the person who had the account before, and their profile.
        case everyWayIn
    }

    /// Ends what the former password gave access to, in the transaction that set the new one, with the user's row
    /// locked. Failed attempts at the former password no longer count.
    /// - Parameters:
    ///   - user: the account as it was before.
    ///   - kept: the session that changed the password, which continues.
    ///   - links: the purposes of the mailed links that stay valid.
    static func finish(
        of user: User, ending reach: Reach, except kept: UUID? = nil, and links: [LinkPurpose] = [],
        by actor: AuditActor, clearing lockout: Lockout, telling hooks: Hooks, in db: Connection
    ) throws {
        if reach == .everyWayIn {
            try WaysIn.handOver(user, by: actor, telling: hooks, in: db)
        } else {
            try OneTimeTokenRepository.void(of: user.id, except: links, in: db)
            try SessionRepository.endAll(
                of: user.reference, except: kept, because: .password, by: actor, telling: hooks, in: db)
            if reach == .apiKeys {
                try APIKeyRevocation.revokeAll(of: user.reference, by: actor, telling: hooks, in: db)
            }
        }
        try lockout.forget(user.emailKey, in: db)
    }
}

/// Tells a user that the password was changed, or that the first one was set.
struct SendPasswordChangedNotice: Job {
    static let kind = "auth.send_password_changed_notice"

    let userID: UInt64
    let time: Date
    /// Missing in jobs of an earlier version.
    let isFirst: Bool?

    var subjects: [JobSubject] { [.user(userID)] }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.find(userID, in: context.db), let recipient = MailRecipient(user) else {
            return
        }
        let resetPage = context.resetPage
        try context.send(
            isFirst == true
                ? .passwordSet(when: time, resetPage: resetPage)
                : .passwordChanged(when: time, resetPage: resetPage),
            to: recipient)
    }
}
