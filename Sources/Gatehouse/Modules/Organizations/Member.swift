import Database
import FoundationEssentials
import Web

/// A user who belongs to an organization.
struct Member: Record, VersionedResource {
    /// The sorts of the list.
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
    /// The key of the address; it is never shown.
    let emailKey: String
    let avatarURL: String?
    let role: MemberRole
    let version: Int
    let userVersion: Int
    let createdAt: Date
    let updatedAt: Date

    /// With the account (`UserRow`).
    static let columns = Columns(
        of: "m", Member.init,
        Column("id", \.id),
        Column("user_id", \.userID),
        Column("user_public_id", from: UserRow.publicID, \.userPublicID, as: "userId"),
        Column("name", from: UserRow.name, \.name, as: "name"),
        Column("email", from: UserRow.email, \.email, as: "email", format: "idn-email"),
        Column("email_key", from: UserRow.emailKey, \.emailKey),
        Column("avatar_url", from: UserRow.avatarURL, \.avatarURL, as: "avatarUrl", format: "uri"),
        Column("role", \.role, as: "role"),
        Column("version", \.version),
        Column("user_version", from: UserRow.version, \.userVersion),
        Column("created_at", \.createdAt, as: "createdAt", "The time at which the user joined the organization."),
        Column("updated_at", \.updatedAt, as: "updatedAt"))

    /// It changes with the membership and with the account, since the answer shows data of both. The exact time of
    /// joining distinguishes successive memberships of the same user, which all begin with version 1.
    var entityTag: EntityTag {
        let joined = String(createdAt.timeIntervalSinceReferenceDate.bitPattern, radix: 36)
        return EntityTag(opaque: "\(userPublicID.text)-\(joined)-\(version)-\(userVersion)")
    }

    var publicID: UUID { userPublicID }
    var user: UserReference { UserReference(id: userID, publicID: userPublicID) }

    static let example = Member(
        id: 0, userID: 0, userPublicID: .example, name: "Ada Lovelace", email: "ada@example.com", emailKey: "",
        avatarURL: nil, role: .member, version: 1, userVersion: 1, createdAt: .example, updatedAt: .example)
}

/// A request for a list of an organization's members.
struct ListMembers: RequestInput {
    let id: UUID
    let role: MemberRole?
    let list: ListRequest<Member.Sort>

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        role = input.query(
            "role",
            Field<MemberRole>.oneOf(MemberRole.self, standIn: .member)
                .described("Only members with this role."))
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<Member.Sort>(
        [
            ([], .createdAt, "idx_organization_members_created_at", "created_at"),
            (["role"], .createdAt, "idx_organization_members_role_created_at", "created_at"),
        ])
}

/// A member and the organization in the path.
struct NamedMember: RequestInput {
    let id: UUID
    let userID: UUID

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        userID = input.path("userId", .uuid)
    }
}

/// The new role of a member.
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

/// The new owner.
struct TransferOwnership: RequestInput {
    let id: UUID
    let userID: UUID

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        userID = input.required("userId", .uuid)
    }

    static let exampleBody: JSON? = ["userId": UUID.example.json]
}
