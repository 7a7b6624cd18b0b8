import Database
import FoundationEssentials
import Web

/// A key with which a program acts for a user or an organization.
struct APIKey: Record {
    /// The sorts of the list.
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

    /// With the organization, as `o`, and the account of who made it (`UserRow`).
    static let columns = Columns(
        of: "k", APIKey.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column(
            "holder", from: "IF(k.user_id IS NULL, CONCAT('o', k.organization_id), CONCAT('u', k.user_id))", \.holder),
        Column("name", \.name, as: "name"),
        Column("scopes", \.scopes, as: "scopes"),
        Column("hint", \.hint, as: "hint", "The end of the secret."),
        Column(
            "organization_public_id", from: "o.public_id", \.organizationID, as: "organizationId",
            "`null` for a user's own key."),
        Column(
            "creator_public_id", from: UserRow.publicID, \.createdBy, as: "createdBy",
            """
            The user who made it; `null` if that account was erased. An organization's key administers the \
            organization while this user does.
            """),
        Column("expires_at", \.expiresAt, as: "expiresAt"),
        Column("last_used_at", \.lastUsedAt, as: "lastUsedAt", "Written at most once an hour."),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("updated_at", \.updatedAt, as: "updatedAt"))

    static let example = APIKey(
        id: 0, publicID: .example, holder: .user(0), name: "Nightly export", scopes: [.accountRead], hint: "a1B2",
        organizationID: nil, createdBy: .example, expiresAt: .example.addingTimeInterval(90 * 86_400), lastUsedAt: nil,
        createdAt: .example, updatedAt: .example)
}

/// A key with its secret, which is shown only once.
struct NewAPIKey: ResponseObject {
    let key: APIKey
    let secret: String

    func write(to output: inout Output) {
        key.write(to: &output)
        output.field(
            "secret", secret,
            description: "The secret, shown only this once. Send it as `Authorization: Bearer …`.")
    }

    static let example = NewAPIKey(key: .example, secret: "ghk_" + String(repeating: "0", count: 49))
}

/// A request for a new key.
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

/// A request for a list of keys.
struct ListAPIKeys: RequestInput {
    let organizationID: UUID?
    let list: ListRequest<APIKey.Sort>

    init(from input: inout Input) {
        organizationID = input.query(
            "organizationId", .uuid.described("List the keys of this organization instead of yours."))
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<APIKey.Sort>(
        [
            ([], .createdAt, "idx_api_keys_user", "k.created_at"),
            (["organizationId"], .createdAt, "idx_api_keys_organization", "k.created_at"),
        ])
}
