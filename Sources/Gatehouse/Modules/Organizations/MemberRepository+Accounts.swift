import Database
import FoundationEssentials
import Web

/// Statements for the end of an account.
extension MemberRepository {
    /// The successor of an owner.
    struct Heir: RowDecodable {
        let user: UserReference
        let role: MemberRole
        let status: User.Status

        init(row: Row) throws(DatabaseError) {
            user = UserReference(id: try row.decode("user_id"), publicID: try row.decode("user_public_id"))
            role = try row.decode("role")
            status = try row.decode("status")
        }
    }

    /// The organizations with other members that would have no owner who can sign in if this user's account were
    /// deleted. Every organization that the user owns is locked until the transaction ends; lock the user's row before.
    /// - Returns: their internal ids. Deleted accounts do not count as members.
    static func organizationsLeftWithout(
        owner userID: UInt64, counting rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> [UInt64] {
        var left: [UInt64] = []
        for organization in try organizationsOwnedAlone(by: userID, counting: rule, in: db) {
            guard let heir = try heir(of: userID, in: organization, counting: rule, db), heir.status != .deleted else {
                continue
            }
            left.append(organization)
        }
        return left
    }

    /// The organizations that have no other owner who can sign in. Every organization that the user owns is locked
    /// until the transaction ends; lock the user's row before.
    /// - Returns: their internal ids.
    static func organizationsOwnedAlone(
        by userID: UInt64, counting rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> [UInt64] {
        let owned: [UInt64] = try db.all(
            "SELECT organization_id FROM organization_members WHERE user_id = \(userID) AND role = 'owner'")
        var alone: [UInt64] = []
        for organization in try OrganizationRepository.lock(owned, in: db)
        where try !hasOwner(organization.id, otherThan: userID, counting: rule, in: db) {
            alone.append(organization.id)
        }
        return alone
    }

    /// Locks every organization that a user belongs to.
    static func lockOrganizations(of userID: UInt64, in db: Connection) throws(DatabaseError) -> [Organization] {
        let ids: [UInt64] = try db.all("SELECT organization_id FROM organization_members WHERE user_id = \(userID)")
        return try OrganizationRepository.lock(ids, in: db)
    }

    /// The role of a user in an organization.
    static func role(
        of userID: UInt64, in organizationID: UInt64, _ db: Connection
    ) throws(DatabaseError) -> MemberRole? {
        try db.first(
            """
            SELECT role FROM organization_members
            WHERE user_id = \(userID) AND organization_id = \(organizationID)
            """)
    }

    /// The role of a user in an organization, if the account is in use.
    static func roleInUse(
        of userID: UInt64, in organizationID: UInt64, _ db: Connection
    ) throws(DatabaseError) -> MemberRole? {
        try db.first(
            """
            SELECT m.role FROM organization_members m \(MemberRepository.userJoin)
            WHERE m.user_id = \(userID) AND m.organization_id = \(organizationID) AND \(UserRow.isActive)
            """)
    }

    /// The internal ids of the owners of an organization whose accounts are in use, the longest members first; at most
    /// ten.
    static func owners(of organizationID: UInt64, in db: Connection) throws(DatabaseError) -> [UInt64] {
        try db.all(
            """
            SELECT m.user_id FROM organization_members m \(MemberRepository.userJoin)
            WHERE m.organization_id = \(organizationID) AND m.role = 'owner' AND \(UserRow.isActive)
            ORDER BY m.created_at, m.id LIMIT 10
            """)
    }

    /// The successor of a user in an organization. The candidates are those who can sign in, first with a verified
    /// address; else those whose account is in use; else the suspended; else the deleted, who can be restored. Among
    /// these, the highest role succeeds, and among equals the longest membership.
    /// - Parameter rule: tells by which providers users can sign in.
    /// - Returns: `nil` if there are no other members.
    static func heir(
        of userID: UInt64, in organizationID: UInt64, counting rule: SignInRule, _ db: Connection
    ) throws(DatabaseError) -> Heir? {
        let standings: [SQL] = [
            SignInRule(requiresVerifiedEmail: true, providers: rule.providers).condition,
            SignInRule(requiresVerifiedEmail: false, providers: rule.providers).condition,
            UserRow.isActive, UserRow.isSuspended, UserRow.isDeleted,
        ]
        for standing in standings {
            // Role by role, each in the order of an index: an organization may have very many members.
            for role in MemberRole.allCases.sorted(by: >) {
                let heir: Heir? = try db.first(
                    """
                    SELECT m.user_id, \(UserRow.publicID) AS user_public_id, m.role, \(UserRow.status)
                    FROM organization_members m \(MemberRepository.userJoin)
                    WHERE m.organization_id = \(organizationID) AND m.role = \(role) AND m.user_id <> \(userID)
                      AND \(standing)
                    ORDER BY m.created_at, m.id LIMIT 1
                    """)
                if let heir { return heir }
            }
        }
        return nil
    }
}
