import Database

/// What goes with an account, whatever it goes for.
enum Erasure {
    /// Erases an account whose row is locked: the account, its sessions, tokens and projects, jobs about it, and its IP
    /// addresses in the audit. Its organizations pass on; the invitations that its user sent do not. What stays are
    /// audit events with its opaque id, and what concerns its address only: that need not have been the account's.
    static func erase(_ user: User, in db: Connection) throws {
        try InvitationRevocation.run(sentBy: user, by: .program, in: db)
        try OrganizationErasure.run(userID: user.id, in: db)
        while try ProjectErasure.eraseSome(of: user.id, in: db) {}
        try UserRepository.erase(user.id, in: db)
        try Words.removeAll(from: Tenant.user(user.id).wordScope, in: db)
        try JobQueue.forget(userID: user.id, in: db)
        try JobQueue.enqueue(EraseAuditAddresses(userPublicID: user.publicID), in: db)
    }
}
