import Database
import FoundationEssentials
import Web

/// What becomes of organizations when an account is erased.
enum OrganizationErasure {
    /// Deletes the organizations that nobody else belongs to, and leaves none without an owner: the highest in role and
    /// longest in it becomes owner. Invitations to the account's address go too. Call it with the user's row locked, and
    /// before that is deleted.
    static func run(userID: UInt64, in db: Connection) throws {
        for organization in try MemberRepository.lockOrganizations(of: userID, in: db) {
            guard let successor = try successor(to: userID, of: organization, in: db) else {
                try OrganizationRepository.delete(organization.id, in: db)
                try Audit.record(.organizationDeleted, target: organization.publicID, from: nil, in: db)
                continue
            }
            if successor.role == .owner { continue }
            try MemberRepository.setRole(successor.id, of: organization.id, to: .owner, in: db)
            try Audit.record(
                .memberRoleChanged, target: successor.userPublicID,
                details: ["organizationId": organization.publicID.json, "role": MemberRole.owner.json],
                from: nil, in: db)
        }
        try InvitationRepository.deleteAll(toAddressOf: userID, in: db)
    }

    private static func successor(
        to userID: UInt64, of organization: Organization, in db: Connection
    ) throws -> Member? {
        try MemberRepository.successor(to: userID, of: organization.id, isDeleted: false, in: db)
            ?? MemberRepository.successor(to: userID, of: organization.id, isDeleted: true, in: db)
    }
}
