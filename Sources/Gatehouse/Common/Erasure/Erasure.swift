import Database

/// Deletes the rows of all modules: those of an account or an organization that is erased, and those that are old.
protocol Erasure: Sendable {
    /// The rows that are deleted once they are old.
    var expiredRows: [ExpiredRows] { get }

    /// Deletes some of the rows of an account or an organization that is erased.
    /// - Returns: whether there can be more.
    func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool
    /// Deletes or anonymises the data of all modules about an account whose row is locked.
    /// - Parameter hooks: the hooks to notify of further changes.
    func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws
    /// Deletes the rows of an organization that no foreign key deletes. The organization's row is locked.
    func eraseOrganization(_ id: UInt64, in db: Connection) throws
}
