import Database
import FoundationEssentials
import Web

/// A key by which a program acts for a user or an organization.
struct APIKey: RowDecodable, ResponseObject {
    /// What the list can be sorted by.
    enum Sort: String, CaseIterable, Sendable {
        case createdAt
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let holder: Tenant
    let name: String
    let scopes: Set<Permission>
    let hint: String
    let organizationID: UUID?
    let createdBy: UUID?
    let expiresAt: Date?
    let lastUsedAt: Date?
    let createdAt: Date
    let updatedAt: Date

    static let columns: SQL = """
        k.id, k.public_id, k.user_id, k.organization_id, k.name, k.scopes, k.hint,
        o.public_id AS organization_public_id,
        \(UserRow.publicID) AS creator_public_id, k.expires_at, k.last_used_at, k.created_at, k.updated_at
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        publicID = try row.decode("public_id")
        holder = try Tenant(ofKey: row)
        name = try row.decode("name")
        scopes = try row.decode("scopes")
        hint = try row.decode("hint")
        organizationID = try row.decode("organization_public_id")
        createdBy = try row.decode("creator_public_id")
        expiresAt = try row.decode("expires_at")
        lastUsedAt = try row.decode("last_used_at")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    func write(to output: inout Output) {
        output.field("id", publicID)
        output.field("name", name)
        output.field("scopes", scopes.words)
        output.field("hint", hint, description: "The end of the secret.")
        output.field("organizationId", organizationID, description: "`null` for a user's own key.")
        output.field(
            "createdBy", createdBy,
            description: """
                Who made it; `null` where that account was erased. An organization's key administers the organization \
                while they do.
                """)
        output.field("expiresAt", expiresAt)
        output.field("lastUsedAt", lastUsedAt, description: "Written at most once an hour.")
        output.field("createdAt", createdAt)
        output.field("updatedAt", updatedAt)
    }

    static let example = APIKey()

    private init() {
        id = 0
        publicID = .example
        holder = .user(0)
        name = "Nightly export"
        scopes = [.projectsRead]
        hint = "a1B2"
        organizationID = nil
        createdBy = .example
        expiresAt = .example.addingTimeInterval(90 * 86_400)
        lastUsedAt = nil
        createdAt = .example
        updatedAt = .example
    }
}

extension Tenant {
    /// Whose a key is, by the columns of its row.
    init(ofKey row: Row) throws(DatabaseError) {
        if let organization: UInt64 = try row.decode("organization_id") {
            self = .organization(organization)
        } else {
            self = .user(try row.decode("user_id"))
        }
    }
}

/// A key with its secret, which is told this once.
struct NewAPIKey: ResponseObject {
    let key: APIKey
    let secret: String

    func write(to output: inout Output) {
        key.write(to: &output)
        output.field("secret", secret, description: "Is told this once. Send it as `Authorization: Bearer …`.")
    }

    static let example = NewAPIKey(key: .example, secret: "ghk_" + String(repeating: "0", count: 49))
}

/// A key to be made.
struct CreateAPIKey: Sendable {
    let name: String
    let scopes: Set<Permission>
    let expiresAt: Date?
    let organizationID: UUID?

    init(from input: inout Input, _ catalogue: PermissionCatalogue) {
        name = input.required("name", .name)
        scopes = Set(
            input.required(
                "scopes", listOf: .permission(among: catalogue.userDeclarations + catalogue.roleDeclarations),
                count: 1...20))
        expiresAt = input.optional("expiresAt", Field.time.nullable) ?? nil
        organizationID = input.optional("organizationId", Field.uuid.nullable) ?? nil
    }

    static let exampleBody: JSON = ["name": "Nightly export", "scopes": ["projects:read"]]
}

/// Which keys.
struct ListAPIKeys: RequestInput {
    let organizationID: UUID?
    let list: ListRequest<APIKey.Sort>

    init(from input: inout Input) {
        organizationID = input.query(
            "organizationId", .uuid.annotated("description", "Those of this organization, in place of yours."))
        list = ListRequest(
            from: &input,
            ListCombinations([([], [.createdAt]), (["organizationId"], [.createdAt])]))
    }
}
