public import Database
public import Web

/// A part of the product. One value says everything about it that the rest of the program must know, so that adding a
/// module takes its folder, its migrations and one line in the list: `Modules.ofGatehouse` or, in another package, that
/// of its `Modules.swift`, which it hands to `Server.main`. `Modules` sums up what all modules say here.
public protocol Module: Sendable {
    /// The namespace of the migrations that make the module's tables: the name of the package, in lower case. Modules
    /// of one package share it; `nil` for a module without tables.
    static var migrationNamespace: String? { get }
    /// The settings of the module, which are read and checked before anything starts.
    static var settings: [any ModuleSettings.Type] { get }
    /// The permissions by which the module guards its routes.
    static var permissions: [PermissionDeclaration] { get }
    /// The kinds of background jobs that the module enqueues.
    static var jobs: [any Job.Type] { get }
    /// The jobs that recur. Their kinds are among `jobs`.
    static var recurringJobs: [PeriodicJob] { get }
    /// The module's parts of a user's export (GDPR, articles 15 and 20).
    static var exportSections: [ExportSection] { get }
    /// The rows that are of no use once they are old.
    static var expiredRows: [ExpiredRows] { get }
    /// How the module takes part in what others do.
    static var hooks: [Hook] { get }

    /// Deletes some of the rows of an account or an organization that is erased. It runs before `erase` and
    /// `eraseOrganization`, again and again, so that rows of which there can be very many go in parts that take no
    /// longer than a statement may. Like these it can run again for the same rows, after a deadlock for one.
    /// - Returns: whether there can be more.
    static func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool
    /// Deletes, or makes anonymous, what the module holds about an account, in the transaction that then deletes the
    /// user's row, which is locked. Rows that a foreign key deletes with the user need nothing.
    /// - Parameter hooks: who is told of what else changes by that.
    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws
    /// Deletes what no foreign key deletes with an organization, in the transaction that then deletes its row, which is
    /// locked.
    static func eraseOrganization(_ id: UInt64, in db: Connection) throws

    /// Makes the module. It asks nothing of the database yet.
    /// - Throws: what keeps the program from starting, such as `UndeclaredSettings`.
    init(_ services: Services) throws
    /// The operations of the API, with paths below `/api/v1`.
    var routes: [Route] { get }
    /// Operations outside `/api/v1`, such as probes and `/.well-known`.
    var rootRoutes: [Route] { get }
}

extension Module {
    /// None.
    public static var migrationNamespace: String? { nil }
    /// None.
    public static var settings: [any ModuleSettings.Type] { [] }
    /// None.
    public static var permissions: [PermissionDeclaration] { [] }
    /// None.
    public static var jobs: [any Job.Type] { [] }
    /// None.
    public static var recurringJobs: [PeriodicJob] { [] }
    /// None.
    public static var exportSections: [ExportSection] { [] }
    /// None.
    public static var expiredRows: [ExpiredRows] { [] }
    /// None.
    public static var hooks: [Hook] { [] }

    /// Deletes nothing.
    public static func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool { false }
    /// Deletes nothing.
    public static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {}
    /// Deletes nothing.
    public static func eraseOrganization(_ id: UInt64, in db: Connection) throws {}

    /// None.
    public var routes: [Route] { [] }
    /// None.
    public var rootRoutes: [Route] { [] }
}
