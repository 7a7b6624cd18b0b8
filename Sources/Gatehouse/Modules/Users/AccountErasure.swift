import Database

/// Erases accounts, with everything that modules hold about them.
enum AccountErasure {
    /// Erases an account whose row is locked: what modules hold about it, the account, and jobs about it. What stays
    /// are audit events with its opaque id, and what concerns its address only: that need not have been the account's.
    static func run(
        _ user: UserReference, by erasure: any Erasure, telling hooks: Hooks, in db: Connection
    ) throws {
        try erasure.erase(user, telling: hooks, in: db)
        try UserRepository.erase(user.id, in: db)
        try JobQueue.forget(.user(user.id), in: db)
        try hooks.fire(AccountErased(user: user), in: db)
    }
}
