import Database

/// The lock for suspending or deleting an account or changing its role: its row and the rows of all administrators. So
/// if two administrators suspend each other at the same time, one remains.
struct AccountLock {
    /// The account.
    let user: User
    /// The acting user; `nil` for a command.
    let caller: User?
    /// Whether this is the only administrator's account to which somebody can sign in; if there is none, the only one
    /// in use.
    let isLastAdministrator: Bool

    /// Locks an account until the transaction ends.
    /// - Parameters:
    ///   - callerID: the acting user, who is locked and read again too.
    ///   - rule: determines who counts as a remaining administrator.
    /// - Returns: `nil` if there is no such account.
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

    /// Refuses a change that leaves no administrator, unless an operator insists.
    func requireSuccessor(by actor: AuditActor) throws(AccountRefusal) {
        guard actor.isForced || !isLastAdministrator else { throw .lastAdministrator }
    }
}
