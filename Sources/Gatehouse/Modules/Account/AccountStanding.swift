import Database
import Web

/// Changes whether an account may be used, and what it may do, for whoever asks: an administrator or a command. Each in
/// a transaction of the caller's, under the lock of the account, with its audit row.
enum AccountStanding {
    /// Suspends an account: nobody can use it until it is activated. Its sessions end, and the invitations that its user
    /// sent are revoked. API keys stay: they cannot be used meanwhile either.
    /// - Throws: `AccountRefusal`.
    static func suspend(
        _ account: AccountLock, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let user = account.user
        guard user.status != .suspended else { return }
        guard user.status == .active else { throw AccountRefusal.isDeleted }
        try account.requireSuccessor(by: actor)
        try UserRepository.suspend(user.reference, telling: hooks, in: db)
        try SessionRepository.endAll(of: user.id, because: .suspended, in: db)
        try Audit.record(.userSuspended, by: actor, target: user.publicID, in: db)
        try InvitationRevocation.run(sentBy: user.reference, by: actor, in: db)
    }

    /// Allows the use of a suspended account again, and brings a deleted one back while it is kept.
    /// - Throws: `AccountRefusal`.
    static func activate(
        _ account: AccountLock, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let user = account.user
        guard user.status != .active else { return }
        guard !user.isReleased else { throw AccountRefusal.isReleased }
        let graceDays = AccountDeletion.graceDays
        guard try UserRepository.activate(user.reference, graceDays: graceDays, telling: hooks, in: db) else {
            throw AccountRefusal.isPastGrace
        }
        try Audit.record(.userActivated, by: actor, target: user.publicID, in: db)
    }

    /// Gives an account another role. Access tokens that name the old one are refused at once; sessions go on.
    /// - Throws: `AccountRefusal`.
    static func setRole(
        of account: AccountLock, to role: String, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let user = account.user
        guard user.role != role else { return }
        try account.requireSuccessor(by: actor)
        try UserRepository.setRole(user, to: role, telling: hooks, in: db)
        try Audit.record(
            .roleChanged, by: actor, target: user.publicID,
            details: [JSON.Member("from", .string(user.role)), JSON.Member("role", .string(role))], in: db)
    }
}
