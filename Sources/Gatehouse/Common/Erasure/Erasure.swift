import Database

/// Deletes the rows of all modules: those of an account or an organization that is erased, and those that are old.
protocol Erasure: Sendable {
    /// The rows that are of no use once they are old.
    var expiredRows: [ExpiredRows] { get }

    /// Deletes some of the rows of an account or an organization that is erased.
    /// - Returns: whether there can be more.
    func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool
    /// Deletes, or makes anonymous, what all modules hold about an account whose row is locked.
    /// - Parameter hooks: who is told of what else changes by that.
    func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws
    /// Deletes what no foreign key deletes with an organization whose row is locked.
    func eraseOrganization(_ id: UInt64, in db: Connection) throws
}
