import Database
import FoundationEssentials
import Web

/// The use cases of projects, each change in one transaction with its event.
struct ProjectService {
    let lists: Lists
    let hooks: Hooks

    func create(_ input: CreateProject, _ call: Call) throws -> Project {
        let (principal, id) = (try call.principal, UUID.v7())
        call.names(input.organizationID)
        return try call.db.transaction { db in
            let tenant = try TenantAccess(principal, in: db).tenant(in: input.organizationID, call)
            do {
                return try ProjectRepository.insert(
                    id, of: tenant, owner: principal.userID, input, by: call.actor, telling: hooks, in: db)
            } catch let error as DatabaseError where error.isMissingReference {
                // The organization was deleted after the memberships were read.
                throw APIError(.notFound)
            }
        }
    }

    func list(_ input: ListProjects, _ call: Call) throws -> Answer<[Project]> {
        let tenants = try TenantAccess(call.principal, in: call.db).tenants(in: input.organizationID)
        let page = try lists.page(input.list, of: ProjectRepository.source(for: input, of: tenants), call)
        let projects = try ProjectRepository.find(page.ids, of: tenants, in: call.db)
        return Answer(page.inOrder(projects, by: \.id), meta: page.meta)
    }

    func read(_ id: UUID, _ call: Call) throws -> Project {
        let access = try TenantAccess(call.principal, in: call.db)
        return try ProjectRepository.find(id, of: access.tenants, in: call.db).orNotFound()
    }

    func update(_ change: UpdateProject, _ call: Call) throws -> Project {
        try call.db.transaction { db in
            let project = try lock(change.id, call, in: db)
            try call.requireVersion(of: project)
            let changed = try change.fieldsThatChange(project)
            if changed.isEmpty { return project }
            try ProjectRepository.update(project, with: change, of: changed, by: call.actor, telling: hooks, in: db)
            return try ProjectRepository.find(project.publicID, of: [project.tenant], in: db).orNotFound()
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        try call.db.transaction { db in
            let project = try lock(id, call, in: db)
            try call.requireVersion(of: project)
            try ProjectRepository.markDeleted(project, by: call.actor, telling: hooks, in: db)
        }
    }

    /// Restores a deleted project; one that is not deleted stays as it is, so the call can be repeated.
    func restore(_ id: UUID, _ call: Call) throws -> Project {
        try call.db.transaction { db in
            let project = try lock(id, restorable: true, call, in: db)
            if project.deletedAt == nil { return project }
            try ProjectRepository.restore(project, by: call.actor, telling: hooks, in: db)
            return try ProjectRepository.find(project.publicID, of: [project.tenant], in: db).orNotFound()
        }
    }

    /// Locks a project that the caller may change.
    private func lock(_ id: UUID, restorable: Bool = false, _ call: Call, in db: Connection) throws -> Project {
        let access = try TenantAccess(call.principal, in: db)
        let project = try ProjectRepository.find(
            id, of: access.tenants, restorable: restorable, lock: .exclusive, in: db
        ).orNotFound()
        call.found(project.publicID)
        try access.requireChange(of: project.tenant, madeBy: project.ownerID)
        return project
    }
}
