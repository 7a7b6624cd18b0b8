import Database
import FoundationEssentials
import Web

/// An organization of a user, with the time of joining.
struct ExportedOrganization: RowDecodable, ResponseObject {
    let organization: Organization
    let joinedAt: Date

    static var columnNames: ColumnNames { Organization.columnNames }

    func write(to output: inout Output) {
        organization.write(to: &output)
        output.field("joinedAt", joinedAt)
    }

    static let example = ExportedOrganization(organization: .example, joinedAt: .example)
}

extension ExportedOrganization {
    init(row: Row) throws(DatabaseError) {
        var organization = try Organization(row: row)
        organization.role = try row.decode("own_role")
        self.organization = organization
        joinedAt = try row.decode("joined_at")
    }
}

/// An invitation with its organization.
struct ExportedInvitation: RowDecodable, ResponseObject {
    let invitation: Invitation
    let organizationID: UUID
    let organizationName: String

    /// The internal id; it is never shown.
    var id: UInt64 { invitation.id }

    static var columnNames: ColumnNames { Invitation.columnNames }

    func write(to output: inout Output) {
        invitation.write(to: &output)
        output.field("organizationId", organizationID)
        output.field("organizationName", organizationName)
    }

    static let example = ExportedInvitation(
        invitation: .example, organizationID: .example, organizationName: Organization.example.name)
}

extension ExportedInvitation {
    init(row: Row) throws(DatabaseError) {
        invitation = try Invitation(row: row)
        organizationID = try row.decode("organization_public_id")
        organizationName = try row.decode("organization_name")
    }
}

// MARK: - Statements

extension OrganizationRepository {
    /// The organizations of a user after one, in the order of joining. There are few (`Organization.maximumPerUser`).
    static func exported(
        of userID: UInt64, after last: ExportedOrganization?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [ExportedOrganization] {
        let (joined, id) = (last?.joinedAt, last?.organization.id)
        return try db.all(
            """
            SELECT \(Organization.columns), own_role, joined_at
            FROM organizations JOIN (
                SELECT organization_id, role AS own_role, created_at AS joined_at FROM organization_members
                WHERE user_id = \(userID)
            ) AS memberships ON organization_id = id
            WHERE \(joined) IS NULL OR joined_at > \(joined) OR (joined_at = \(joined) AND id > \(id))
            ORDER BY joined_at, id LIMIT \(limit)
            """)
    }
}

extension InvitationRepository {
    /// The invitations to an address after one, oldest first, including expired ones.
    static func exported(
        to emailKey: String, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [ExportedInvitation] {
        try db.all(
            """
            SELECT \(exportedColumns) FROM invitations i FORCE INDEX (idx_invitations_email_key) \(named)
            WHERE i.email_key = \(emailKey) AND i.id > \(id ?? 0) ORDER BY i.id LIMIT \(limit)
            """)
    }

    /// The invitations that a user sent after one, oldest first, including expired ones.
    static func exported(
        sentBy userID: UInt64, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [ExportedInvitation] {
        try db.all(
            """
            SELECT \(exportedColumns) FROM invitations i FORCE INDEX (idx_invitations_invited_by) \(named)
            WHERE i.invited_by = \(userID) AND i.id > \(id ?? 0) ORDER BY i.id LIMIT \(limit)
            """)
    }

    private static let exportedColumns: SQL = """
        \(Invitation.columns), o.public_id AS organization_public_id, o.name AS organization_name
        """
    /// An invitation always has an organization. This form of the join makes the optimizer look up the organization for
    /// each invitation, not the reverse.
    private static let named: SQL =
        "LEFT JOIN organizations o ON o.id = i.organization_id \(InvitationRepository.inviterJoin)"
}
