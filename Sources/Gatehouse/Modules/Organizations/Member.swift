import Database
import FoundationEssentials
import Web

/// A user who belongs to an organization.
struct Member: RowDecodable, VersionedResource {
    /// What members can be sorted by.
    enum Sort: String, CaseIterable {
        case createdAt
    }

    /// The internal id of the membership; it is never shown.
    let id: UInt64
    /// The internal id of the user; it is never shown.
    let userID: UInt64
    let userPublicID: UUID
    let name: String
    let email: String
    /// What the address is compared by; it is never shown.
    let emailKey: String
    let avatarURL: String?
    let role: MemberRole
    let version: Int
    let userVersion: Int
    let createdAt: Date
    let updatedAt: Date

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        userID = try row.decode("user_id")
        userPublicID = try row.decode("user_public_id")
        name = try row.decode("name")
        email = try row.decode("email")
        emailKey = try row.decode("email_key")
        avatarURL = try row.decode("avatar_url")
        role = try row.decode("role")
        version = try row.decode("version")
        userVersion = try row.decode("user_version")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    func write(to output: inout Output) {
        output.field("userId", userPublicID)
        output.field("name", name)
        output.field("email", email, format: "idn-email")
        output.field("avatarUrl", avatarURL, format: "uri")
        output.field("role", role)
        output.field("createdAt", createdAt, description: "Since when the user belongs to the organization.")
        output.field("updatedAt", updatedAt)
    }

    /// Changes with the membership and with the account, since the answer shows something of both. The time of joining,
    /// to its last bit, tells one membership from the next of who left and came back, since each begins with version 1.
    var entityTag: EntityTag {
        let joined = String(createdAt.timeIntervalSinceReferenceDate.bitPattern, radix: 36)
        return EntityTag(opaque: "\(userPublicID.text)-\(joined)-\(version)-\(userVersion)")
    }

    var publicID: UUID { userPublicID }
    var user: UserReference { UserReference(id: userID, publicID: userPublicID) }

    static let example = Member()

    private init() {
        id = 0
        userID = 0
        userPublicID = .example
        name = "Ada Lovelace"
        email = "ada@example.com"
        emailKey = ""
        avatarURL = nil
        role = .member
        version = 1
        userVersion = 1
        createdAt = .example
        updatedAt = .example
    }
}

/// Which part of an organization's members, and in which order.
struct ListMembers: RequestInput {
    let id: UUID
    let role: MemberRole?
    let list: ListRequest<Member.Sort>

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        role = input.query(
            "role",
            Field<MemberRole>.oneOf(MemberRole.self, standIn: .member)
                .annotated("description", "Only those with this role."))
        list = ListRequest(from: &input, Self.combinations)
    }

    static let combinations = ListCombinations<Member.Sort>(
        [([], [.createdAt]), (["role"], [.createdAt])])
}

/// Which member of which organization.
struct NamedMember: RequestInput {
    let id: UUID
    let userID: UUID

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        userID = input.path("userId", .uuid)
    }
}

/// What a member becomes.
struct ChangeMemberRole: RequestInput {
    let id: UUID
    let userID: UUID
    let role: MemberRole

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        userID = input.path("userId", .uuid)
        role = input.required("role", Field<MemberRole>.oneOf(MemberRole.self, standIn: .member))
    }

    static let exampleBody: JSON? = ["role": "admin"]
}

/// Who becomes owner.
struct TransferOwnership: RequestInput {
    let id: UUID
    let userID: UUID

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        userID = input.required("userId", .uuid)
    }

    static let exampleBody: JSON? = ["userId": UUID.example.json]
}
