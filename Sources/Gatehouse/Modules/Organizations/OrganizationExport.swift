import Database
import FoundationEssentials
import Web

/// An organization that somebody belongs to, and since when.
struct ExportedOrganization: RowDecodable, ResponseObject {
    let organization: Organization
    let joinedAt: Date

    init(row: Row) throws(DatabaseError) {
        var organization = try Organization(row: row)
        organization.role = try row.decode("role")
        self.organization = organization
        joinedAt = try row.decode("joined_at")
    }

    func write(to output: inout Output) {
        organization.write(to: &output)
        output.field("joinedAt", joinedAt)
    }

    static let example = ExportedOrganization()

    private init() {
        organization = .example
        joinedAt = .example
    }
}

/// An invitation, and to what.
struct ExportedInvitation: RowDecodable, ResponseObject {
    let invitation: Invitation
    let organizationID: UUID
    let organizationName: String

    init(row: Row) throws(DatabaseError) {
        invitation = try Invitation(row: row)
        organizationID = try row.decode("organization_public_id")
        organizationName = try row.decode("organization_name")
    }

    func write(to output: inout Output) {
        invitation.write(to: &output)
        output.field("organizationId", organizationID)
        output.field("organizationName", organizationName)
    }

    static let example = ExportedInvitation()

    private init() {
        invitation = .example
        organizationID = .example
        organizationName = Organization.example.name
    }
}

// MARK: - Statements

extension OrganizationRepository {
    /// Every organization that a user belongs to, in the order of joining.
    static func exported(of userID: UInt64, in db: Connection) throws(DatabaseError) -> [ExportedOrganization] {
        try db.all(
            """
            SELECT \(Organization.columns), role, joined_at
            FROM organizations JOIN (
                SELECT organization_id, role, created_at AS joined_at FROM organization_members WHERE user_id = \(userID)
            ) AS memberships ON organization_id = id
            ORDER BY joined_at, id
            """)
    }
}

extension InvitationRepository {
    /// Every invitation to an address, expired ones too.
    static func exported(to emailKey: String, in db: Connection) throws(DatabaseError) -> [ExportedInvitation] {
        try db.all("\(selectExported) WHERE i.email_key = \(emailKey) ORDER BY i.id")
    }

    /// Every invitation that a user sent, expired ones too.
    static func exported(sentBy userID: UInt64, in db: Connection) throws(DatabaseError) -> [ExportedInvitation] {
        try db.all("\(selectExported) WHERE i.invited_by = \(userID) ORDER BY i.id")
    }

    private static let selectExported: SQL = """
        SELECT \(columns), o.public_id AS organization_public_id, o.name AS organization_name
        FROM invitations i JOIN organizations o ON o.id = i.organization_id LEFT JOIN users u ON u.id = i.invited_by
        """
}
