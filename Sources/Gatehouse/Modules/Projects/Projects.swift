import Database
import Web

/// Projects, of users and of organizations.
struct Projects: Module {
    static let permissions: [PermissionDeclaration] = [
        .user(.projectsRead, "Read projects", organizations: true),
        .user(.projectsWrite, "Make, change and delete projects", organizations: true),
    ]
    static let jobs: [any Job.Type] = [PurgeProjects.self]
    static let recurringJobs = [PeriodicJob(PurgeProjects(), every: PurgeProjects.interval)]
    static let exportSections = [
        ExportSection("projects", "The user's own; deleted ones too, until they are purged.") { subject, last in
            try ProjectRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]

    let service: ProjectService

    init(_ services: Services) {
        service = ProjectService(lists: services.lists)
    }

    static func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool {
        try ProjectErasure.eraseSome(of: tenant, in: db)
    }

    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try Words.removeAll(from: Tenant.user(user.id).wordScope, in: db)
    }

    static func eraseOrganization(_ id: UInt64, in db: Connection) throws {
        try Words.removeAll(from: Tenant.organization(id).wordScope, in: db)
    }
}

extension Permission {
    /// Read projects.
    static let projectsRead = Permission(rawValue: "projects:read")
    /// Make and change projects.
    static let projectsWrite = Permission(rawValue: "projects:write")
}
