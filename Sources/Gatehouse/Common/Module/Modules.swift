import Database
import Web

/// The modules of a program, and the sums of their declarations.
struct Modules: Sendable {
    private let modules: [any Module.Type]
    /// Every permission.
    let permissions: PermissionCatalogue

    /// - Parameter modules: the modules, in the order of routes in the document, of sections in an export, and of an
    ///   erasure.
    init(_ modules: [any Module.Type]) {
        self.modules = modules
        permissions = PermissionCatalogue(modules.flatMap { $0.permissions })
    }

    /// The packages with migrations, each after those on which it builds: Gatehouse first, then the others.
    var migrationNamespaces: [String] {
        modules.compactMap { $0.migrationNamespace }.reduce(into: [MigrationFolder.ownNamespace]) { known, namespace in
            if !known.contains(namespace) { known.append(namespace) }
        }
    }
    /// Every table.
    var tables: [String] { Self.sharedTables + modules.flatMap { $0.tables } }
    /// The actions that are recorded in the audit.
    var auditActions: [AuditAction] { modules.flatMap { $0.allAuditActions } }
    /// The events that are fired.
    var events: [any Event.Type] { modules.flatMap { $0.events } }
    /// Those of them that webhooks deliver.
    var publishedEvents: [any PublishedEvent.Type] { events.compactMap { $0 as? any PublishedEvent.Type } }
    /// The kinds of background jobs.
    var jobs: [any Job.Type] { modules.flatMap { $0.jobs } }
    /// The jobs that recur.
    var recurringJobs: [PeriodicJob] { modules.flatMap { $0.recurringJobs } }
    /// The settings of all modules.
    var settings: [any ModuleSettings.Type] { modules.flatMap { $0.settings } }
    /// The sections of a user's export.
    var exportSections: [ExportSection] { modules.flatMap { $0.exportSections } }
    /// The threads that modules run in each process.
    var workers: [ModuleWorkers] { modules.flatMap { $0.workers } }
    /// The metrics of all modules.
    var metrics: [ModuleMetrics] { modules.flatMap { $0.metrics } }
    /// What outgoing requests are for.
    var outboundPurposes: [OutboundPurpose] { modules.flatMap { $0.outboundPurposes } }
    /// What `gatehouse doctor` checks for the modules.
    var checks: [ModuleCheck] { modules.flatMap { $0.checks } }
    /// The hooks of all modules.
    /// - Parameter settings: the settings of the modules.
    func hooks(_ settings: DeclaredSettings) -> Hooks {
        Hooks(modules.flatMap { $0.hooks }, on: events, settings: settings)
    }

    /// Every route, made from these services.
    func routes(_ services: Services) throws -> [Route] {
        let made = try modules.map { try $0.init(services) }
        return made.flatMap { $0.routes }.map { $0.under(Route.base) } + made.flatMap { $0.rootRoutes }
    }
}

extension Modules: Erasure {
    var expiredRows: [ExpiredRows] { modules.flatMap { $0.expiredRows } }

    func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool {
        for module in modules where try module.eraseSome(of: tenant, in: db) { return true }
        return false
    }

    func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        while try eraseSome(of: .user(user.id), in: db) {}
        for module in modules { try module.erase(user, telling: hooks, in: db) }
    }

    func eraseOrganization(_ id: UInt64, in db: Connection) throws {
        for module in modules { try module.eraseOrganization(id, in: db) }
    }
}
