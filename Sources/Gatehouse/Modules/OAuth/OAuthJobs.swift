import Database
import FoundationEssentials
import Logging
import Web

/// Tells a user that an account at a provider was linked or unlinked: it may have been somebody else with the user's
/// session. No mail goes to an address that was never verified, since it may be a stranger's.
struct SendIdentityNotice: Job {
    static let kind = "oauth.send_identity_notice"

    let userID: UInt64
    let provider: String
    let isLinked: Bool
    let time: Date

    var subjects: [JobSubject] { [.user(userID)] }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.find(userID, in: context.db), user.emailVerifiedAt != nil,
            let recipient = MailRecipient(user), let word = MailWord(provider)
        else { return }
        let settings = try context.settings(OAuthSettings.self)
        let name = settings.providers.first { $0.id == provider }.flatMap { PlainName(organization: $0.name) }
        let resetPage = context.resetPage
        let shown: MailText = name.map { "\($0)" } ?? "\(word)"
        try context.send(
            isLinked
                ? .identityLinked(provider: shown, when: time, resetPage: resetPage)
                : .identityUnlinked(provider: shown, when: time, resetPage: resetPage), to: recipient)
    }
}

/// Revokes a token of a provider: of an identity that was unlinked or erased, of a deleted account, or of a code that
/// nobody used. It is done in any case, also after the user's erasure, so it has no subjects and names nobody but by
/// the provider's own id.
struct RevokeProviderToken: Job {
    static let kind = "oauth.revoke_provider_token"

    let provider: String
    let subject: String
    /// Base64url.
    let sealed: String

    var subjects: [JobSubject] { [] }

    /// - Returns: `nil` if there is no token.
    init?(provider: String, subject: String, sealed: [UInt8]?) {
        guard let sealed else { return nil }
        self.provider = provider
        self.subject = subject
        self.sealed = Base64URL.encode(sealed)
    }

    /// Enqueues the revocation of an identity's token, if there is one.
    static func enqueue(of identity: Identity, in db: Connection) throws {
        let job = RevokeProviderToken(
            provider: identity.provider, subject: identity.subject, sealed: identity.refreshTokenSealed)
        if let job { try JobQueue.enqueue(job, in: db) }
    }

    func run(_ context: JobContext) throws {
        let settings = try context.settings(OAuthSettings.self)
        guard let provider = settings.providers.first(where: { $0.id == provider }),
            let sealed = Base64URL.decode(sealed)
        else {
            context.log.warning(
                "a token stays valid, since its provider is switched off", metadata: ["provider": "\(self.provider)"])
            return
        }
        let token = try Vault.oauthTokens(context.masterKeys).open(sealed, for: Providers.row(provider.id, subject))
        let client = ProviderClient(provider, context.outbound, in: context.db, log: context.log)
        try client.revoke(String(decoding: token, as: UTF8.self))
    }
}

extension MailTemplate {
    /// Tells that an account at a provider was linked.
    /// - Parameters:
    ///   - time: when it was linked.
    ///   - resetPage: the page for resetting the password.
    static func identityLinked(provider: MailText, when time: Date, resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "A sign-in provider was linked to your account",
            [
                .paragraph(
                    "An account at \(provider) was linked to yours on \(time: time). You can now sign in with it."),
                .paragraph(
                    "If it was not you, somebody else may have used your session. First sign in, and unlink the "
                        + "account at \(provider) and every other that you do not know: that also ends all other "
                        + "sessions. Then set a new password."),
                .link(resetPage, label: "Set a new password"),
            ])
    }

    /// Tells that an account at a provider was unlinked.
    static func identityUnlinked(provider: MailText, when time: Date, resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "A sign-in provider was unlinked from your account",
            [
                .paragraph(
                    "Your account at \(provider) was unlinked on \(time: time). You can no longer sign in with it, and "
                        + "all other sessions were ended."),
                .paragraph("If it was not you, set a new password. That also signs everybody out."),
                .link(resetPage, label: "Set a new password"),
            ])
    }
}
