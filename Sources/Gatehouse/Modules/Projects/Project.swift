import Database
import FoundationEssentials
import Web

/// A project.
struct Project: RowDecodable, VersionedResource {
    /// How far a project is.
    enum Status: String, CaseIterable, SQLValue, ColumnDecodable, ResponseValue {
        case draft, active, archived
        static let example = Status.active
    }

    /// What projects can be sorted by.
    enum Sort: String, CaseIterable {
        case createdAt, name, updatedAt
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let tenant: Tenant
    let name: String
    let description: String
    let status: Status
    /// The internal id of who made it; it is never shown.
    let ownerID: UInt64?
    let ownerPublicID: UUID?
    let organizationPublicID: UUID?
    let version: Int
    let createdAt: Date
    let updatedAt: Date
    let deletedAt: Date?

    /// How long a deleted project can be restored, in days.
    static let graceDays = 30

    /// Read without a join, so that locking a project locks neither its owner nor its organization.
    static let columns: SQL = """
        id, public_id, tenant, name, description, status, owner_id,
        \(UserLookup.publicID(of: "projects.owner_id")) AS owner_public_id,
        \(OrganizationLookup.publicID(of: "projects.organization_id")) AS organization_public_id,
        version, created_at, updated_at, deleted_at
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        publicID = try row.decode("public_id")
        tenant = try row.decode("tenant")
        name = try row.decode("name")
        description = try row.decode("description")
        status = try row.decode("status")
        ownerID = try row.decode("owner_id")
        ownerPublicID = try row.decode("owner_public_id")
        organizationPublicID = try row.decode("organization_public_id")
        version = try row.decode("version")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
        deletedAt = try row.decode("deleted_at")
    }

    func write(to output: inout Output) {
        output.field("id", publicID)
        output.field("name", name)
        output.field("description", description)
        output.field("status", status)
        output.field(
            "ownerId", ownerPublicID,
            description: "Who made it; `null` where an organization's API key did, or the account was erased.")
        output.field("organizationId", organizationPublicID, description: "`null` for a project of the owner's own.")
        output.field("version", version, description: "Counts its changes.")
        output.field("createdAt", createdAt)
        output.field("updatedAt", updatedAt)
        output.field("deletedAt", deletedAt, description: "It can be restored for \(Self.graceDays) days from then.")
    }

    var entityTag: EntityTag { EntityTag(of: publicID, version: version) }

    static let example = Project()

    private init() {
        id = 0
        publicID = .example
        tenant = .user(0)
        name = "Difference Engine"
        description = "Tabulates polynomials."
        status = .active
        ownerID = nil
        ownerPublicID = .example
        organizationPublicID = nil
        version = 1
        createdAt = .example
        updatedAt = .example
        deletedAt = nil
    }
}

extension Project {
    fileprivate static let descriptionField = Field<String>.paragraphs(0...1000)
    fileprivate static let statusField = Field<Status>.oneOf(Status.self, standIn: .draft)
}

/// A new project.
struct CreateProject: RequestInput {
    let name: String
    let description: String
    let status: Project.Status
    /// Whose it is to be; the caller's own where this is absent or `null`.
    let organizationID: UUID?

    init(from input: inout Input) {
        name = input.required("name", .name)
        description = input.optional("description", Project.descriptionField) ?? ""
        status = input.optional("status", Project.statusField) ?? .draft
        organizationID = input.optional("organizationId", Field.uuid.nullable) ?? nil
    }

    static let exampleBody: JSON? = ["name": "Difference Engine", "description": "Tabulates polynomials."]
}

/// Which projects, which part of them, and in which order.
struct ListProjects: RequestInput {
    let status: Project.Status?
    let organizationID: UUID?
    let ownerID: UUID?
    let isDeleted: Bool
    let list: ListRequest<Project.Sort>

    init(from input: inout Input) {
        status = input.query(
            "status", Project.statusField.annotated("description", "Only those in this state."))
        organizationID = input.query(
            "organizationId", .uuid.annotated("description", "Only those of this organization."))
        ownerID = input.query("ownerId", .uuid.annotated("description", "Only those of this user."))
        isDeleted =
            input.query(
                "deleted", .boolean.annotated("description", "Only deleted ones, with `true`; without it only others."))
            ?? false
        list = ListRequest(from: &input, Self.combinations)
    }

    /// Every one has its index. Deleted projects have no words, so no search finds them.
    static let combinations = ListCombinations<Project.Sort>(
        pairs + pairs.map { ($0.filters + ["deleted"], $0.sorts) }, searchableWith: [[], ["organizationId"]])

    private static let pairs: [(filters: [String], sorts: [Project.Sort])] = [
        ([], [.createdAt, .name, .updatedAt]),
        (["status"], [.createdAt, .name, .updatedAt]),
        (["organizationId"], [.createdAt, .name, .updatedAt]),
        (["organizationId", "status"], [.createdAt, .name, .updatedAt]),
        (["ownerId"], [.createdAt]),
        (["organizationId", "ownerId"], [.createdAt]),
    ]
}

/// What can be changed about a project.
struct UpdateProject: RequestInput {
    let id: UUID
    let name: String?
    let description: String?
    let status: Project.Status?

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        name = input.optional("name", .name)
        description = input.optional("description", Project.descriptionField)
        status = input.optional("status", Project.statusField)
    }

    static let exampleBody: JSON? = ["status": "archived"]
}
