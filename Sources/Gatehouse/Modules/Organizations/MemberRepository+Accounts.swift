import Database
import FoundationEssentials
import Web

/// Statements for the end of an account.
extension MemberRepository {
    /// The organizations that would be without an owner, though with other members, if this user's account were deleted.
    /// Every organization that the user owns is locked until the transaction ends; lock the user's row before.
    /// - Returns: their internal ids. Deleted accounts count neither as owners nor as members.
    static func organizationsLeftWithout(
        owner userID: UInt64, in db: Connection
    ) throws(DatabaseError) -> [UInt64] {
        let owned: [UInt64] = try db.all(
            "SELECT organization_id FROM organization_members WHERE user_id = \(userID) AND role = 'owner'")
        var left: [UInt64] = []
        for organization in try OrganizationRepository.lock(owned, in: db) {
            let successor = try successor(to: userID, of: organization.id, isDeleted: false, in: db)
            if let successor, successor.role < .owner { left.append(organization.id) }
        }
        return left
    }

    /// Locks every organization that a user belongs to.
    static func lockOrganizations(of userID: UInt64, in db: Connection) throws(DatabaseError) -> [Organization] {
        let ids: [UInt64] = try db.all("SELECT organization_id FROM organization_members WHERE user_id = \(userID)")
        return try OrganizationRepository.lock(ids, in: db)
    }

    /// Who comes after a user in an organization: of those with the highest role, who has belonged to it longest.
    /// - Parameter isDeleted: whether to look among deleted accounts, which can be brought back, or those in use.
    /// - Returns: `nil` where there is none such.
    static func successor(
        to userID: UInt64, of organizationID: UInt64, isDeleted: Bool, in db: Connection
    ) throws(DatabaseError) -> Member? {
        // Role by role, each in the order of an index: an organization may have very many members.
        for role in MemberRole.allCases.sorted(by: >) {
            let member: Member? = try db.first(
                """
                \(select) WHERE m.organization_id = \(organizationID) AND m.role = \(role) AND m.user_id <> \(userID)
                  AND (u.status = 'deleted') = \(isDeleted)
                ORDER BY m.created_at, m.id LIMIT 1
                """)
            if let member { return member }
        }
        return nil
    }
}
