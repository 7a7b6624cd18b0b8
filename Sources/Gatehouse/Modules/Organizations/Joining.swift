import Database
import Web

/// Adds users to organizations: as the creator, or by an invitation. The user's row is locked meanwhile, so nobody can
/// belong to more organizations than allowed, even with simultaneous requests.
enum Joining {
    /// Locks the account of the new member, before the organization's row.
    static func lock(_ userID: UInt64, in db: Connection) throws -> User {
        guard let user = try UserRepository.lock(userID, in: db) else { throw APIError(.tokenRevoked) }
        return user
    }

    /// Makes a user, whose row is locked, a member.
    /// - Throws: `CONFLICT` if the user belongs to the maximum number of organizations.
    static func add(
        _ user: User, to organization: OrganizationReference, as role: MemberRole, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws {
        guard try MemberRepository.countOrganizations(of: user.id, in: db) < Organization.maximumPerUser else {
            throw APIError(
                .conflict,
                "You already belong to \(Organization.maximumPerUser) organizations, which is the maximum.")
        }
        try MemberRepository.insert(user.reference, into: organization, as: role, by: actor, telling: hooks, in: db)
    }
}
