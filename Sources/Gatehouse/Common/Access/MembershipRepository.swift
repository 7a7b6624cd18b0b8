public import Database
public import FoundationEssentials

/// Reads who belongs to which organization; the module Organizations changes it.
public enum MembershipRepository {
    /// The membership of a principal in an organization; `nil` if there is none.
    public static func find(
        _ organization: UUID, of principal: Principal, in db: Connection
    ) throws(DatabaseError) -> Membership? {
        switch principal.identity {
        case .organization(let own):
            return own.publicID == organization ? try find(own.id, ofKey: principal.apiKey, in: db) : nil
        case .user(let user):
            return try db.first(
                """
                SELECT o.id AS organization_id, o.public_id AS organization_public_id, m.role
                FROM organizations o JOIN organization_members m ON m.organization_id = o.id
                WHERE o.public_id = \(organization) AND m.user_id = \(user.id)
                """)
        }
    }

    /// An organization's key is admin while its maker administers the organization, else member. So nobody can keep a
    /// lost role through a key.
    private static func find(
        _ organizationID: UInt64, ofKey key: UUID?, in db: Connection
    ) throws(DatabaseError) -> Membership? {
        try db.first(
            """
            SELECT o.id AS organization_id, o.public_id AS organization_public_id,
                   IF(\(makerAdministers), 'admin', 'member') AS role
            FROM organizations o JOIN api_keys k ON k.organization_id = o.id
            WHERE o.id = \(organizationID) AND k.public_id = \(key) AND k.revoked_at IS NULL
              AND (k.expires_at IS NULL OR k.expires_at > NOW(6))
            """)
    }

    /// Whether the maker of the row `k` of `api_keys`, an organization's key, administers that organization.
    static let makerAdministers: SQL = """
        EXISTS (
            SELECT 1 FROM organization_members m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = k.organization_id AND m.user_id = k.created_by AND m.role IN ('owner', 'admin')
              AND u.status = 'active')
        """

    /// The same with the organization's row locked until the transaction ends. Changes of its members take the same
    /// lock.
    public static func lock(
        _ organization: UInt64, of principal: Principal, in db: Connection
    ) throws(DatabaseError) -> Membership? {
        let publicID: UUID? = try db.first("SELECT public_id FROM organizations WHERE id = \(organization) FOR UPDATE")
        guard let publicID else { return nil }
        return try find(publicID, of: principal, in: db)
    }

    /// Every organization that a principal belongs to.
    public static func all(of principal: Principal, in db: Connection) throws(DatabaseError) -> [Membership] {
        switch principal.identity {
        case .organization(let own):
            return try [find(own.id, ofKey: principal.apiKey, in: db)].compactMap(\.self)
        case .user(let user):
            return try db.all(
                """
                SELECT o.id AS organization_id, o.public_id AS organization_public_id, m.role
                FROM organization_members m JOIN organizations o ON o.id = m.organization_id
                WHERE m.user_id = \(user.id) ORDER BY m.organization_id
                """)
        }
    }
}
