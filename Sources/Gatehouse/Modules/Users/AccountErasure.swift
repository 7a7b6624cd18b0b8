import Database

/// Erases accounts, with everything that modules hold about them.
enum AccountErasure {
    /// Erases an account whose row is locked: jobs about it, what modules hold about it, and the account. What stays
    /// are audit events with its opaque id, what concerns its address only, which need not have been the account's, and
    /// jobs that hooks leave behind on the way: for `MemberLeft`, say.
    static func run(
        _ user: UserReference, by erasure: any Erasure, telling hooks: Hooks, in db: Connection
    ) throws {
        try JobQueue.forget(.user(user.id), in: db)
        try erasure.erase(user, telling: hooks, in: db)
        try UserRepository.erase(user.id, in: db)
        try hooks.fire(AccountErased(user: user), in: db)
    }
}
