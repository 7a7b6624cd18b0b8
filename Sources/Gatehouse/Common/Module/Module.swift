public import Database
public import Web

/// A part of the product. One type declares everything that the rest of the program must know about it, so adding a
/// module takes its folder, its migrations and one line in a list: `Modules.ofGatehouse` or, in another package, the
/// list in its `Modules.swift`, which it passes to `Server.main`. `Modules` sums up the declarations of all modules.
public protocol Module: Sendable {
    /// The namespace of the migrations that create the module's tables: the name of the package, in lower case. Modules
    /// of one package share it; `nil` for a module without tables.
    static var migrationNamespace: String? { get }
    /// The settings of the module, which are read and checked before anything starts.
    static var settings: [any ModuleSettings.Type] { get }
    /// The module's tables. Only its own statements name them.
    static var tables: [String] { get }
    /// The permissions that guard the module's routes.
    static var permissions: [PermissionDeclaration] { get }
    /// The actions that the module records in the audit, besides those of its events.
    static var auditActions: [AuditAction] { get }
    /// The events that the module fires. Hooks of any module can react to them.
    static var events: [any Event.Type] { get }
    /// The kinds of background jobs that the module enqueues.
    static var jobs: [any Job.Type] { get }
    /// The recurring jobs. Their types must also be in `jobs`.
    static var recurringJobs: [PeriodicJob] { get }
    /// The module's sections of a user's export (GDPR, articles 15 and 20).
    static var exportSections: [ExportSection] { get }
    /// The rows that are deleted once they are old.
    static var expiredRows: [ExpiredRows] { get }
    /// The module's reactions to events of other modules.
    static var hooks: [Hook] { get }
    /// The threads that the module runs in each process.
    static var workers: [ModuleWorkers] { get }
    /// The module's metrics on the page `/metrics`.
    static var metrics: [ModuleMetrics] { get }
    /// What the module's outgoing requests are for.
    static var outboundPurposes: [OutboundPurpose] { get }
    /// What `gatehouse doctor` checks for the module.
    static var checks: [ModuleCheck] { get }

    /// Deletes some of the rows of an account or an organization that is erased. It runs repeatedly before `erase` and
    /// `eraseOrganization`, so very many rows can be deleted in batches within the time limit of a statement. Like
    /// these it may run again for the same rows, for example after a deadlock.
    /// - Returns: whether there can be more.
    static func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool
    /// Deletes or anonymises the module's data about an account, in the transaction that then deletes the user's locked
    /// row. Rows that a foreign key deletes with the user need no code.
    /// - Parameter hooks: the hooks to notify of further changes, with the settings of all modules.
    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws
    /// Deletes the module's rows of an organization that no foreign key deletes, in the transaction that then deletes
    /// the organization's locked row.
    static func eraseOrganization(_ id: UInt64, in db: Connection) throws

    /// Creates the module, without using the database.
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
    public static var tables: [String] { [] }
    /// None.
    public static var permissions: [PermissionDeclaration] { [] }
    /// None.
    public static var auditActions: [AuditAction] { [] }
    /// None.
    public static var events: [any Event.Type] { [] }
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
    /// None.
    public static var workers: [ModuleWorkers] { [] }
    /// None.
    public static var metrics: [ModuleMetrics] { [] }
    /// None.
    public static var outboundPurposes: [OutboundPurpose] { [] }
    /// None.
    public static var checks: [ModuleCheck] { [] }

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

extension Module {
    /// The actions that the module records in the audit, with those of its events.
    static var allAuditActions: [AuditAction] {
        // Several events of a module can have the same action.
        events.flatMap { $0.auditActions }.reduce(into: auditActions) { actions, action in
            if !actions.contains(action) { actions.append(action) }
        }
    }
}
