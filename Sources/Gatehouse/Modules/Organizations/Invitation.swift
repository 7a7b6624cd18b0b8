import Database
import FoundationEssentials
import Web

/// An offer to the owner of an address to join an organization.
struct Invitation: Record {
    /// What invitations can be sorted by.
    enum Sort: String, CaseIterable {
        case createdAt
    }

    /// The roles for invitations: all except owner, which only members can get.
    enum Role: String, ColumnDecodable, RowDecodable, SQLValue, ResponseValue, CaseIterable {
        case viewer, member, admin
        static let example = Role.member

        /// The role of the new member.
        var ofMember: MemberRole {
            switch self {
            case .viewer: .viewer
            case .member: .member
            case .admin: .admin
            }
        }
    }

    /// The sender of an invitation, by its internal id.
    enum Sender: RowDecodable, Equatable {
        case user(UInt64)
        /// A key of the organization.
        case key(UInt64)

        init(row: Row) throws(DatabaseError) {
            if let key: UInt64 = try row.decode("api_key_id") {
                self = .key(key)
            } else {
                self = .user(try row.decode("invited_by"))
            }
        }

        var userID: UInt64? {
            if case .user(let id) = self { id } else { nil }
        }

        var keyID: UInt64? {
            if case .key(let id) = self { id } else { nil }
        }
    }

    /// The time for which an invitation is open, in days.
    static let daysOpen = 7

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let email: String
    let role: Role
    let invitedBy: UUID?
    let expiresAt: Date
    let createdAt: Date

    /// With the sender's account (`UserRow`).
    static let columns = Columns(
        of: "i", Invitation.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("email", \.email, as: "email", format: "idn-email"),
        Column("role", \.role, as: "role"),
        Column(
            "invited_by", from: UserRow.publicID, \.invitedBy, as: "invitedBy",
            "The user who sent it; `null` for a key of the organization."),
        Column("expires_at", \.expiresAt, as: "expiresAt"),
        Column("created_at", \.createdAt, as: "createdAt"))

    static let example = Invitation(
        id: 0, publicID: .example, email: "grace@example.com", role: .example, invitedBy: .example,
        expiresAt: .example.addingTimeInterval(Double(daysOpen) * 86_400), createdAt: .example)
}

/// The address and the role of an invitation.
struct InviteMember: RequestInput {
    let id: UUID
    let email: EmailAddress
    let role: Invitation.Role

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        email = input.required("email", .email)
        role = input.required("role", Field<Invitation.Role>.oneOf(Invitation.Role.self, standIn: .member))
    }

    static let exampleBody: JSON? = ["email": "grace@example.com", "role": "member"]
}

/// A request for a list of an organization's open invitations.
struct ListInvitations: RequestInput {
    let id: UUID
    let list: ListRequest<Invitation.Sort>

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<Invitation.Sort>(
        [([], .createdAt, "idx_invitations_organization_created_at", "created_at")])
}

/// An invitation and its organization in the path.
struct NamedInvitation: RequestInput {
    let id: UUID
    let invitationID: UUID

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        invitationID = input.path("invitationId", .uuid)
    }
}
