import Database
import FoundationEssentials
import Web

/// What can be done with projects, each in one transaction with its audit row.
struct ProjectService {
    let lists: Lists

    func create(_ input: CreateProject, _ call: Call) throws -> Project {
        let (principal, id) = (try call.principal, UUID.v7())
        call.names(input.organizationID)
        return try call.db.transaction { db in
            let tenant = try Viewer(principal, in: db).tenant(in: input.organizationID, call)
            do {
                try ProjectRepository.insert(id, of: tenant, by: principal.userID, input, in: db)
            } catch let error as DatabaseError where error.isMissingReference {
                // The organization was deleted after its members were read.
                throw APIError(.notFound)
            }
            try call.audit(.projectCreated, id, in: db)
            return try ProjectRepository.find(id, of: [tenant], in: db).orNotFound()
        }
    }

    func list(_ input: ListProjects, _ call: Call) throws -> Answer<[Project]> {
        let tenants = try Viewer(call.principal, in: call.db).tenants(in: input.organizationID)
        let page = try lists.page(input.list, of: ProjectRepository.source(for: input, of: tenants), call)
        let projects = try ProjectRepository.find(page.ids, of: tenants, in: call.db)
        return Answer(page.inOrder(projects, by: \.id), meta: page.meta)
    }

    func read(_ id: UUID, _ call: Call) throws -> Project {
        let viewer = try Viewer(call.principal, in: call.db)
        return try ProjectRepository.find(id, of: viewer.tenants, in: call.db).orNotFound()
    }

    func update(_ change: UpdateProject, _ call: Call) throws -> Project {
        try call.db.transaction { db in
            let project = try lock(change.id, call, in: db)
            let changed = change.fieldsThatChange(project)
            if changed.isEmpty { return project }
            try ProjectRepository.update(project, with: change, in: db)
            try call.audit(.projectUpdated, project.publicID, changed: changed, in: db)
            return try ProjectRepository.find(project.publicID, of: [project.tenant], in: db).orNotFound()
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        try call.db.transaction { db in
            let project = try lock(id, call, in: db)
            try ProjectRepository.markDeleted(project, in: db)
            try call.audit(.projectDeleted, project.publicID, in: db)
        }
    }

    /// Brings a deleted project back; one that is not deleted stays as it is, so that the call can be repeated.
    func restore(_ id: UUID, _ call: Call) throws -> Project {
        try call.db.transaction { db in
            let viewer = try Viewer(call.principal, in: db)
            let project = try ProjectRepository.lockRestorable(id, of: viewer.tenants, in: db).orNotFound()
            call.found(project.publicID)
            try viewer.requireChange(of: project)
            if project.deletedAt == nil { return project }
            try ProjectRepository.restore(project, in: db)
            try call.audit(.projectRestored, project.publicID, in: db)
            return try ProjectRepository.find(project.publicID, of: [project.tenant], in: db).orNotFound()
        }
    }

    /// Locks a project that the caller may change, in the version that `If-Match` names.
    private func lock(_ id: UUID, _ call: Call, in db: Connection) throws -> Project {
        let viewer = try Viewer(call.principal, in: db)
        let project = try ProjectRepository.lock(id, of: viewer.tenants, in: db).orNotFound()
        call.found(project.publicID)
        try viewer.requireChange(of: project)
        try call.requireVersion(of: project)
        return project
    }
}

/// Whoever asks, as far as projects go: whose they see, and which of these they may change.
struct Viewer {
    private let userID: UInt64?
    private let memberships: [Membership]

    init(_ principal: Principal, in db: Connection) throws(DatabaseError) {
        userID = principal.userID
        memberships = try MembershipRepository.all(of: principal, in: db)
    }

    /// Whose projects they see: their own, and those of the organizations that they belong to.
    var tenants: [Tenant] {
        (userID.map { [.user($0)] } ?? []) + memberships.map { .organization($0.organizationID) }
    }

    /// The same of one organization only, where one is named.
    func tenants(in organization: UUID?) -> [Tenant] {
        guard let organization else { return tenants }
        return membership(in: organization).map { [.organization($0.organizationID)] } ?? []
    }

    /// Whose a project is to be that they make in an organization, or for themselves where none is named.
    /// - Throws: `NOT_FOUND` where they do not belong to it; `FORBIDDEN` where they only read there.
    func tenant(in organization: UUID?, _ call: Call) throws(APIError) -> Tenant {
        guard let organization else {
            guard let userID else { throw APIError(.forbidden, "Name the organization of this API key.") }
            return .user(userID)
        }
        guard let membership = membership(in: organization) else { throw APIError(.notFound) }
        call.found(membership.organizationPublicID)
        guard membership.role >= .member else { throw Self.readsOnly }
        return .organization(membership.organizationID)
    }

    /// Refuses who may read a project but not change it.
    /// - Throws: `FORBIDDEN`
    func requireChange(of project: Project) throws(APIError) {
        switch project.tenant {
        case .user(let id): guard id == userID else { throw Self.readsOnly }
        case .organization(let id):
            switch memberships.first(where: { $0.organizationID == id })?.role {
            case .owner, .admin: return
            // A key of the organization is nobody, and owns nothing; nor does anybody own what nobody does.
            case .member: guard let userID, project.ownerID == userID else { throw Self.readsOnly }
            case .viewer, nil: throw Self.readsOnly
            }
        }
    }

    private func membership(in organization: UUID) -> Membership? {
        memberships.first { $0.organizationPublicID == organization }
    }

    private static let readsOnly = APIError(.forbidden, "Your role in this organization lets you read this only.")
}

extension UpdateProject {
    /// The names of the fields whose value differs from the project's.
    fileprivate func fieldsThatChange(_ project: Project) -> [String] {
        [
            changed("name", to: name, from: project.name),
            changed("description", to: description, from: project.description),
            changed("status", to: status, from: project.status),
        ].compactMap(\.self)
    }
}

extension AuditAction {
    static let projectCreated = AuditAction(rawValue: "project.created")
    static let projectUpdated = AuditAction(rawValue: "project.updated")
    static let projectDeleted = AuditAction(rawValue: "project.deleted")
    static let projectRestored = AuditAction(rawValue: "project.restored")
    static let projectPurged = AuditAction(rawValue: "project.purged")
}
