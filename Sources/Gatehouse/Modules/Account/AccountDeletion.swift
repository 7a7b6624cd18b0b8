import Database
import FoundationEssentials
import Web

/// The password, unless the user has authenticated in this session lately.
struct DeleteAccount: RequestInput {
    let currentPassword: String?

    init(from input: inout Input) {
        currentPassword = input.optional("currentPassword", .password)
    }

    static let exampleBody: JSON? = ["currentPassword": "correct horse battery staple"]
}

/// Deletes accounts. A deleted account cannot be used; after its grace it is erased, and until then an operator can
/// restore it.
struct AccountDeletion {
    let reauthentication: ReauthenticationService
    let rule: SignInRule
    let hooks: Hooks

    /// How long a deleted account is kept, in days.
    static let graceDays = 30

    func delete(_ input: DeleteAccount, _ call: Call) throws -> Answer<NoContent> {
        let caller = try call.signedIn
        let found = try reauthentication.require(
            input.currentPassword, as: "currentPassword", isReplaceable: true, of: caller, call)
        try call.db.transaction { db in
            guard let account = try AccountLock(caller.user.id, counting: rule, in: db) else {
                throw APIError(.tokenRevoked)
            }
            try reauthentication.confirm(found, of: caller, in: db)
            do {
                guard try Self.delete(account, by: call.actor, counting: rule, telling: hooks, in: db) else {
                    throw APIError(.tokenRevoked)
                }
            } catch AccountRefusal.lastAdministrator {
                throw APIError(
                    .conflict, "You are the last active administrator who can sign in; make another one first.")
            } catch let refusal as AccountRefusal {
                throw refusal.apiError
            }
        }
        return Answer(NoContent(), headers: HTTPFields([RefreshCookie.cookie.removal]))
    }

    /// Deletes an account on behalf of its user, an administrator or a command. Its sessions end, its links become
    /// void, and the invitations that its user sent and those sent to its address are revoked. Call it in a
    /// transaction, under the lock of the account.
    /// - Parameter rule: determines who counts as a remaining owner.
    /// - Returns: whether it was not deleted before.
    /// - Throws: `AccountRefusal`.
    static func delete(
        _ account: AccountLock, by actor: AuditActor, counting rule: SignInRule, telling hooks: Hooks,
        in db: Connection
    ) throws -> Bool {
        let user = account.user
        try account.requireSuccessor(by: actor)
        let orphans = try MemberRepository.organizationsLeftWithout(owner: user.id, counting: rule, in: db)
        guard actor.isForced || orphans.isEmpty else { throw AccountRefusal.lastOwner(orphans.count) }
        guard
            try UserRepository.markDeleted(
                user.reference, because: .request, by: actor, telling: hooks, in: db)
        else { return false }
        try SessionRepository.endAll(of: user.reference, because: .deleted, by: actor, telling: hooks, in: db)
        try OneTimeTokenRepository.void(of: user.id, in: db)
        try InvitationRevocation.run(of: user, by: actor, telling: hooks, in: db)
        return true
    }
}

/// Tells a user that the account is deleted, and when it will be erased.
struct SendAccountDeletedNotice: Job {
    static let kind = "account.send_account_deleted_notice"

    let userID: UInt64
    let erasedOn: Date

    var subjects: [JobSubject] { [.user(userID)] }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.findDeleted(userID, in: context.db), let recipient = MailRecipient(user)
        else { return }
        try context.send(.accountDeleted(erasedOn: erasedOn), to: recipient)
    }
}
