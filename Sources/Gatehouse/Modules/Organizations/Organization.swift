import Database
import FoundationEssentials
public import Web

/// A group of people who share projects and API keys.
struct Organization: Record, VersionedResource {
    /// The sorts of the list.
    enum Sort: String, CaseIterable {
        case name, createdAt
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let name: String
    let slug: String
    /// The caller's role in it, which is not part of the row.
    var role: MemberRole
    let version: Int
    let createdAt: Date
    let updatedAt: Date

    static let columns = Columns(
        Organization.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("name", \.name, as: "name"),
        Column("slug", \.slug, as: "slug", "Its unique name in URLs."),
        Column(
            "role", from: "'viewer'", \.role, as: "role",
            "Your role in it. The organization's own API key counts as `admin`."),
        Column("version", \.version),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("updated_at", \.updatedAt, as: "updatedAt"))

    /// The maximum number of a user's organizations.
    static let maximumPerUser = 100

    /// It includes the caller's role, since that is part of the answer.
    var entityTag: EntityTag {
        EntityTag(opaque: "\(publicID.text)-\(version)-\(role.rawValue)")
    }

    var reference: OrganizationReference { OrganizationReference(id: id, publicID: publicID) }

    static let example = Organization(
        id: 0, publicID: .example, name: "Analytical Engines", slug: "analytical-engines", role: .owner,
        version: 1, createdAt: .example, updatedAt: .example)
}

extension MemberRole: ResponseValue {
    /// An example for the document.
    public static var example: MemberRole { .member }
}

extension Field where Value == String {
    /// The name of an organization in URLs: 2 to 63 lower-case letters, digits and inner hyphens, like a label of a
    /// domain (RFC 1123, section 2.1).
    static let slug = Field.text(2...63).matching(
        "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$", "Must be lower-case letters, digits and inner hyphens."
    ) { text in
        let hyphen = UInt8(ascii: "-")
        return text.utf8.first != hyphen && text.utf8.last != hyphen
            && text.utf8.allSatisfy { octet in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) || octet == hyphen
            }
    }
}

/// A new organization.
struct CreateOrganization: RequestInput {
    let name: String
    let slug: String

    init(from input: inout Input) {
        name = input.required("name", .name)
        slug = input.required("slug", .slug)
    }

    static let exampleBody: JSON? = ["name": "Analytical Engines", "slug": "analytical-engines"]
}

/// A change of an organization.
struct UpdateOrganization: RequestInput, RecordChange {
    let id: UUID
    let name: String?
    let slug: String?

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        name = input.optional("name", .name)
        slug = input.optional("slug", .slug)
    }

    var changes: [Change<Organization>] { [Change(\.name, to: name), Change(\.slug, to: slug)] }

    static let exampleBody: JSON? = ["name": "Analytical Engines Ltd"]
}

/// A request for a list of the caller's organizations.
struct ListOrganizations: RequestInput {
    let list: ListRequest<Organization.Sort>

    init(from input: inout Input) {
        list = ListRequest(from: &input, Self.indexes)
    }

    /// A user has few (`Organization.maximumPerUser`), which the server can sort.
    static let indexes = ListIndexes<Organization.Sort>(
        [([], .name, nil, "name"), ([], .createdAt, nil, "created_at")])
}
