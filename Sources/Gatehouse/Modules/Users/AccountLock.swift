import Database

/// The lock under which an account is suspended, deleted or given another role: that of its row and of those of all who
/// administer. So of two administrators who suspend each other at the same moment one stays.
struct AccountLock {
    /// The account.
    let user: User
    /// Whoever changes it; `nil` where that is a command.
    let caller: User?
    /// Whether nobody but this account administers, of those whom somebody can sign in to; where there is none, of
    /// those in use.
    let isLastAdministrator: Bool

    /// Locks an account until the transaction ends.
    /// - Parameters:
    ///   - callerID: who is about to change it, and is locked and read again too.
    ///   - rule: who counts as an administrator that is left.
    /// - Returns: `nil` where there is no such account.
    init?(
        _ id: UInt64, by callerID: UInt64? = nil, counting rule: SignInRule, in db: Connection
    ) throws(DatabaseError) {
        let locked = try UserRepository.lockWithAdministrators([id, callerID ?? id], in: db)
        guard let user = locked.first(where: { $0.id == id }) else { return nil }
        self.user = user
        caller = locked.first { $0.id == callerID }
        let inUse = locked.filter { $0.role == BuiltInRole.admin.rawValue && $0.status == .active }.map(\.id)
        let able = try UserRepository.whereSomebodyCanSignIn(inUse, by: rule, in: db)
        isLastAdministrator = (able.isEmpty ? inUse : able) == [id]
    }

    /// Refuses what takes the last administrator, unless an operator insists.
    func requireSuccessor(by actor: AuditActor) throws(AccountRefusal) {
        guard actor.isForced || !isLastAdministrator else { throw .lastAdministrator }
    }
}
