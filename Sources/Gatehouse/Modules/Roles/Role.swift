import Database
import FoundationEssentials
import Web

/// A name for a set of permissions.
struct Role: VersionedRecord {
    /// The sorts of the list.
    enum Sort: String, CaseIterable, Sendable {
        case name
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let name: String
    let description: String
    var permissions: Set<Permission>
    let isBuiltIn: Bool
    let version: Int
    let createdAt: Date
    let updatedAt: Date

    static let columns = Columns(
        Role.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("name", \.name, as: "name"),
        Column("description", \.description, as: "description"),
        Column("permissions", \.permissions, as: "permissions"),
        Column(
            "is_built_in", \.isBuiltIn, as: "builtIn",
            """
            Whether the role is part of every installation and cannot be changed.
            """),
        Column("version", \.version),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("updated_at", \.updatedAt, as: "updatedAt"))

    static let example = Role(
        id: 0, publicID: .example, name: "auditor", description: "Reads the audit.", permissions: [.auditRead],
        isBuiltIn: false, version: 1, createdAt: .example, updatedAt: .example)
}

extension Field where Value == String {
    /// The name of a role: lower-case letters, digits and hyphens, and a letter first.
    static let roleName = Field.text(2...50)
        .matching("^[a-z][a-z0-9-]*$", "Must be letters, digits and hyphens, and begin with a letter.") { name in
            let (letters, others) = ("abcdefghijklmnopqrstuvwxyz".utf8, "0123456789-".utf8)
            return name.utf8.allSatisfy { letters.contains($0) || others.contains($0) }
                && name.utf8.first.map(letters.contains) == true
        }
}

/// A request for a new role.
struct CreateRole: Sendable {
    let name: String
    let description: String
    let permissions: Set<Permission>

    init(from input: inout Input, _ catalogue: PermissionCatalogue) {
        name = input.required("name", .roleName)
        description = input.optional("description", .paragraphs(0...500)) ?? ""
        permissions = Set(
            input.required("permissions", listOf: .permission(among: catalogue.roleDeclarations), count: 0...50))
    }

    static let exampleBody: JSON = [
        "name": "auditor", "description": "Reads the audit.", "permissions": ["audit:read"],
    ]
}

/// A change of a role. Its name cannot change, since accounts refer to it.
struct UpdateRole: RecordChange, Sendable {
    let id: UUID
    let description: String?
    let permissions: Set<Permission>?

    init(from input: inout Input, _ catalogue: PermissionCatalogue) {
        id = input.path("id", .uuid)
        description = input.optional("description", .paragraphs(0...500))
        permissions = input.optional(
            "permissions", listOf: .permission(among: catalogue.roleDeclarations), count: 0...50
        ).map { Set($0) }
    }

    var changes: [Change<Role>] {
        [Change(\.description, to: description), Change(\.permissions, to: permissions)]
    }

    static let exampleBody: JSON = ["permissions": ["audit:read", "users:read"]]
}

/// A request for a list of roles.
struct ListRoles: RequestInput {
    let list: ListRequest<Role.Sort>

    init(from input: inout Input) {
        list = ListRequest(from: &input, Self.indexes)
    }

    /// There is a handful of roles.
    static let indexes = ListIndexes<Role.Sort>([([], .name, nil, "name")])
}
