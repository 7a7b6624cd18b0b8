import Database
import Web

/// Projects, of users and of organizations.
struct Projects: Module {
    static let tables = ["projects"]
    static let permissions: [PermissionDeclaration] = [
        .user(.projectsRead, "Read projects", organizations: true),
        .user(.projectsWrite, "Create, change and delete projects", organizations: true),
    ]
    static let events: [any Event.Type] = [
        ProjectCreated.self, ProjectUpdated.self, ProjectDeleted.self, ProjectRestored.self, ProjectPurged.self,
    ]
    static let jobs: [any Job.Type] = [PurgeProjects.self]
    static let recurringJobs = [PeriodicJob(PurgeProjects(), every: 3600)]
    static let exportSections = [
        ExportSection("projects", "Own projects, including deleted ones until they are purged.") { subject, last in
            try ProjectRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]

    private static let batch = 1000
    let service: ProjectService

    init(_ services: Services) { service = ProjectService(lists: services.lists, hooks: services.hooks) }

    /// Deletes projects of the tenant. When a user has none left, those made in organizations lose their maker.
    static func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool {
        if try ProjectRepository.delete(of: tenant, limit: batch, in: db) == batch { return true }
        guard case .user(let id) = tenant else { return false }
        return try ProjectRepository.disown(id, limit: batch, in: db) == batch
    }

    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try Words.removeAll(from: Tenant.user(user.id).wordScope, in: db)
    }

    static func eraseOrganization(_ id: UInt64, in db: Connection) throws {
        try Words.removeAll(from: Tenant.organization(id).wordScope, in: db)
    }
}

/// Deletes projects for good once their time to be restored is over, a hundred at a time.
struct PurgeProjects: Job {
    static let kind = "projects.purge"
    var subjects: [JobSubject] { [] }

    func run(_ context: JobContext) throws {
        try context.inBatches(of: 100) { limit, db in
            try ProjectRepository.purge(limit: limit, by: .program, telling: context.hooks, in: db)
        }
    }
}

extension Permission {
    /// Read projects.
    static let projectsRead = Permission(rawValue: "projects:read")
    /// Make and change projects.
    static let projectsWrite = Permission(rawValue: "projects:write")
}
