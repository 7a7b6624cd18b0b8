import Database

/// What goes with an account, whatever it goes for.
enum AccountErasure {
    /// Erases an account whose row is locked: the account, what modules hold about it, jobs about it, and its IP
    /// addresses in the audit. What stays are audit events with its opaque id, and what concerns its address only: that
    /// need not have been the account's.
    static func run(_ user: UserReference, by erasure: any Erasure, in db: Connection) throws {
        try erasure.erase(user, in: db)
        try UserRepository.erase(user.id, in: db)
        try JobQueue.forget(userID: user.id, in: db)
        try JobQueue.enqueue(EraseAuditAddresses(userPublicID: user.publicID), in: db)
    }
}
