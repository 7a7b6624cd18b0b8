import Database
import FoundationEssentials
import Web

/// A project.
struct Project: VersionedRecord {
    /// The status of a project.
    enum Status: String, CaseIterable, SQLValue, ColumnDecodable, ResponseValue {
        case draft, active, archived
        static let example = Status.active
    }

    /// The sorts of the list.
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
    /// The internal id of the user who created it; it is never shown.
    let ownerID: UInt64?
    let ownerPublicID: UUID?
    let organizationPublicID: UUID?
    let version: Int
    let createdAt: Date
    let updatedAt: Date
    let deletedAt: Date?

    /// The time for which a deleted project can be restored, in days.
    static let graceDays = 30

    /// Owner and organization are read without a join, so that locking a project locks neither.
    static let columns = Columns(
        Project.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("tenant", \.tenant),
        Column("name", \.name, as: "name"),
        Column("description", \.description, as: "description"),
        Column("status", \.status, as: "status"),
        Column("owner_id", \.ownerID),
        Column(
            "owner_public_id", from: UserLookup.publicID(of: "projects.owner_id"), \.ownerPublicID, as: "ownerId",
            "The user who created it; `null` if an organization's API key did, or if the account was erased."),
        Column(
            "organization_public_id", from: OrganizationLookup.publicID(of: "projects.organization_id"),
            \.organizationPublicID, as: "organizationId", "`null` for a user's own project."),
        Column("version", \.version, as: "version", "The number of the version, which grows with each change."),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("updated_at", \.updatedAt, as: "updatedAt"),
        Column("deleted_at", \.deletedAt, as: "deletedAt", "It can be restored for \(graceDays) days from then."))

    static let example = Project(
        id: 0, publicID: .example, tenant: .user(0), name: "Difference Engine", description: "Tabulates polynomials.",
        status: .active, ownerID: nil, ownerPublicID: .example, organizationPublicID: nil, version: 1,
        createdAt: .example, updatedAt: .example, deletedAt: nil)

    fileprivate static let descriptionField = Field<String>.paragraphs(0...1000)
    fileprivate static let statusField = Field<Status>.oneOf(Status.self, standIn: .draft)
}

/// A new project.
struct CreateProject: RequestInput {
    let name: String
    let description: String
    let status: Project.Status
    /// The organization of the project; the caller's own project if absent or `null`.
    let organizationID: UUID?

    init(from input: inout Input) {
        name = input.required("name", .name)
        description = input.optional("description", Project.descriptionField) ?? ""
        status = input.optional("status", Project.statusField) ?? .draft
        organizationID = input.optional("organizationId", Field.uuid.nullable) ?? nil
    }

    static let exampleBody: JSON? = ["name": "Difference Engine", "description": "Tabulates polynomials."]
}

/// A request for a list of projects.
struct ListProjects: RequestInput {
    let status: Project.Status?
    let organizationID: UUID?
    let ownerID: UUID?
    let isDeleted: Bool
    let list: ListRequest<Project.Sort>

    init(from input: inout Input) {
        status = input.query("status", Project.statusField.described("Only projects with this status."))
        organizationID = input.query("organizationId", .uuid.described("Only projects of this organization."))
        ownerID = input.query("ownerId", .uuid.described("Only projects of this user."))
        isDeleted =
            input.query("deleted", .boolean.described("Only deleted projects; by default only others.")) ?? false
        list = ListRequest(from: &input, Self.indexes)
    }

    /// Each begins with the tenant. Deleted projects have no words, so no search finds them.
    static let indexes = ListIndexes<Project.Sort>(
        pairs + pairs.map { ($0.filters + ["deleted"], $0.sort, $0.index, $0.column) },
        searchableWith: [[], ["organizationId"]])

    /// An organization's projects have the indexes of its tenant.
    private static let pairs =
        ofTenant + ofTenant.map { (["organizationId"] + $0.filters, $0.sort, $0.index, $0.column) }

    private static let ofTenant: [ListIndexes<Project.Sort>.Pair] = [
        ([], .createdAt, "idx_projects_created_at", "created_at"),
        ([], .name, "idx_projects_name", "name"),
        ([], .updatedAt, "idx_projects_updated_at", "updated_at"),
        (["status"], .createdAt, "idx_projects_status_created_at", "created_at"),
        (["status"], .name, "idx_projects_status_name", "name"),
        (["status"], .updatedAt, "idx_projects_status_updated_at", "updated_at"),
        (["ownerId"], .createdAt, "idx_projects_owner_created_at", "created_at"),
    ]
}

/// A change of a project.
struct UpdateProject: RequestInput, RecordChange {
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

    var changes: [Change<Project>] {
        [Change(\.name, to: name), Change(\.description, to: description), Change(\.status, to: status)]
    }

    static let exampleBody: JSON? = ["status": "archived"]
}
