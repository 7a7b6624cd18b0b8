import Database

/// Erases accounts, with the data of all modules about them.
enum AccountErasure {
    /// Erases an account whose row is locked: the jobs about it, the data of modules about it, and the account. The
    /// following stays: audit events with its opaque id; data that concerns only its address, which need not have been
    /// the account's; and jobs that hooks enqueue meanwhile, for example on `MemberLeft`.
    static func run(
        _ user: UserReference, because cause: AccountErased.Cause, by actor: AuditActor, erasure: any Erasure,
        telling hooks: Hooks, in db: Connection
    ) throws {
        try JobQueue.forget(.user(user.id), in: db)
        try erasure.erase(user, telling: hooks, in: db)
        try UserRepository.erase(user.id, in: db)
        try hooks.fire(AccountErased(user: user, cause: cause), by: actor, in: db)
    }
}
