import Database
import Web

/// How users come into organizations: by making one, or by an invitation. The user's row is locked meanwhile, so that
/// however many of these happen at once, nobody belongs to more organizations than allowed.
enum Joining {
    /// Locks the account of whoever joins; before the organization's row.
    static func lock(_ userID: UInt64, in db: Connection) throws -> User {
        guard let user = try UserRepository.lock(userID, in: db) else { throw APIError(.tokenRevoked) }
        return user
    }

    /// Makes a user whose row is locked a member.
    /// - Throws: `CONFLICT` where the user belongs to as many organizations as allowed.
    static func add(
        _ user: User, to organization: OrganizationReference, as role: MemberRole, telling hooks: Hooks,
        in db: Connection
    ) throws {
        guard try MemberRepository.countOrganizations(of: user.id, in: db) < Organization.mostOfUser else {
            throw APIError(.conflict, "You belong to \(Organization.mostOfUser) organizations, which is the most.")
        }
        try MemberRepository.insert(user.reference, into: organization, as: role, telling: hooks, in: db)
    }
}
