public import Database
import Web

/// Changes the status and the role of an account and ends its sessions, on behalf of an administrator or a command.
/// Each function runs in the caller's transaction, under the lock of the account.
public enum AccountStanding {
    /// Suspends an account: nobody can use it until it is activated. Its sessions end, and the invitations that its
    /// user sent are revoked. API keys stay, but cannot be used meanwhile.
    /// - Throws: `AccountRefusal`.
    static func suspend(
        _ account: AccountLock, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let user = account.user
        guard user.status != .suspended else { return }
        guard user.status == .active else { throw AccountRefusal.isDeleted }
        try account.requireSuccessor(by: actor)
        try UserRepository.suspend(user.reference, by: actor, telling: hooks, in: db)
        try SessionRepository.endAll(of: user.reference, because: .suspended, by: actor, telling: hooks, in: db)
        try InvitationRevocation.run(sentBy: user.reference, by: actor, telling: hooks, in: db)
    }

    /// Reactivates a suspended account, and restores a deleted one during its grace.
    /// - Throws: `AccountRefusal`.
    static func activate(
        _ account: AccountLock, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let user = account.user
        guard user.status != .active else { return }
        guard !user.isReleased else { throw AccountRefusal.isReleased }
        let graceDays = AccountDeletion.graceDays
        guard
            try UserRepository.activate(
                user.reference, graceDays: graceDays, by: actor, telling: hooks, in: db)
        else { throw AccountRefusal.isPastGrace }
    }

    /// Gives an account another role. Access tokens with the old role are refused at once; sessions continue.
    /// - Throws: `AccountRefusal`.
    static func setRole(
        of account: AccountLock, to role: String, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let user = account.user
        guard user.role != role else { return }
        try account.requireSuccessor(by: actor)
        try UserRepository.setRole(user, to: role, by: actor, telling: hooks, in: db)
    }
}

extension AccountStanding {
    /// Ends the sessions of an account and, on request, revokes its user's API keys.
    /// - Returns: how many there were of each; the audit has an event only for those.
    static func endSessions(
        of account: AccountLock, revokingAPIKeys: Bool, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> (sessions: Int, apiKeys: Int) {
        let user = account.user
        let sessions = try SessionRepository.endAll(
            of: user.reference, because: .revoked, by: actor, telling: hooks, in: db)
        guard revokingAPIKeys else { return (sessions, 0) }
        return (sessions, try APIKeyRevocation.revokeAll(of: user.reference, by: actor, telling: hooks, in: db))
    }
}

/// For hooks and jobs of modules.
extension AccountStanding {
    /// Suspends an account that is in use. Does nothing if it is suspended, deleted or gone.
    /// - Parameter actor: who is behind it: in a hook `context.actor`, in a job `.program`.
    /// - Throws: `CONFLICT` for the last administrator; what hooks refuse it with.
    public static func suspend(
        _ user: UserReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try change(user, telling: hooks, in: db) { account in try suspend(account, by: actor, telling: hooks, in: db) }
    }

    /// Gives an account another role. Does nothing if the account is deleted or gone.
    /// - Parameters:
    ///   - role: the name of an existing role.
    ///   - actor: who is behind it: in a hook `context.actor`, in a job `.program`.
    /// - Throws: `CONFLICT` for the last administrator; what hooks refuse it with; `DatabaseError` where there is no
    ///   such role.
    public static func setRole(
        of user: UserReference, to role: String, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try change(user, telling: hooks, in: db) { account in
            try setRole(of: account, to: role, by: actor, telling: hooks, in: db)
        }
    }

    private static func change(
        _ user: UserReference, telling hooks: Hooks, in db: Connection, _ body: (AccountLock) throws -> Void
    ) throws {
        let rule = try SignInRule(hooks.settings)
        guard let account = try AccountLock(user.id, counting: rule, in: db), account.user.status != .deleted else {
            return
        }
        do {
            try body(account)
        } catch let refusal as AccountRefusal {
            throw refusal.apiError
        }
    }
}
