import Database
import FoundationEssentials
import Web

/// What becomes of organizations when an account is erased.
enum OrganizationErasure {
    /// Deletes the organizations that nobody else belongs to. Where an owner goes and no other can sign in, the heir
    /// becomes owner. Call it with the user's row locked, and before that is deleted. Invitations that the user sent
    /// are another matter.
    static func run(userID: UInt64, in db: Connection) throws {
        for organization in try MemberRepository.lockOrganizations(of: userID, in: db) {
            guard let heir = try MemberRepository.heir(of: userID, in: organization.id, db) else {
                try OrganizationDeletion.run(organization.id, in: db)
                try Audit.record(.organizationDeleted, target: organization.publicID, from: nil, in: db)
                continue
            }
            let role = try MemberRepository.role(of: userID, in: organization.id, db)
            if role != .owner || heir.role == .owner { continue }
            // Whether an address must be verified is no business of a job: any owner with a password stays alone.
            let able = SignInRule(requiresVerifiedEmail: false)
            if try MemberRepository.hasOwner(organization.id, otherThan: userID, counting: able, in: db) { continue }
            try MemberRepository.setRole(heir.membershipID, of: organization.id, to: .owner, in: db)
            try Audit.record(
                .memberRoleChanged, target: heir.userPublicID,
                details: ["organizationId": organization.publicID.json, "role": MemberRole.owner.json],
                from: nil, in: db)
        }
    }
}
