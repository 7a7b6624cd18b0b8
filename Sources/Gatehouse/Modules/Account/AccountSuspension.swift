import Database
import Web

/// Suspends accounts. A suspended account cannot be used until it is activated.
enum AccountSuspension {
    /// Suspends an active account whose row is locked, ends its sessions and revokes the invitations that its user
    /// sent, in a transaction of the caller's. API keys stay: they cannot be used meanwhile either.
    static func suspend(_ user: User, by actor: AuditActor, telling hooks: Hooks, in db: Connection) throws {
        try UserRepository.suspend(user.reference, telling: hooks, in: db)
        try SessionRepository.endAll(of: user.id, because: .suspended, in: db)
        try Audit.record(.userSuspended, by: actor, target: user.publicID, in: db)
        try InvitationRevocation.run(sentBy: user.reference, by: actor, in: db)
    }
}
