import Database
import FoundationEssentials
import Web

/// What becomes of organizations when an account is erased.
enum OrganizationErasure {
    /// Deletes the organizations that nobody else belongs to. Where an owner goes and no other can sign in, the heir
    /// becomes owner. Call it with the user's row locked, and before that is deleted. Invitations that the user sent
    /// are another matter.
    static func run(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        for organization in try MemberRepository.lockOrganizations(of: user.id, in: db) {
            guard let heir = try MemberRepository.heir(of: user.id, in: organization.id, db) else {
                try OrganizationDeletion.run(organization.reference, telling: hooks, in: db)
                try Audit.record(.organizationDeleted, target: organization.publicID, from: nil, in: db)
                continue
            }
            let place = organization.reference
            guard let role = try MemberRepository.remove(user, from: place, telling: hooks, in: db), role == .owner,
                heir.role != .owner
            else { continue }
            // Whether an address must be verified is no business of a job: any owner with a password stays alone.
            let able = SignInRule(requiresVerifiedEmail: false)
            if try MemberRepository.hasOwner(organization.id, otherThan: user.id, counting: able, in: db) { continue }
            try MemberRepository.setRole(of: heir.user, as: heir.role, in: place, to: .owner, telling: hooks, in: db)
            try Audit.record(
                .memberRoleChanged, target: heir.user.publicID,
                details: ["organizationId": organization.publicID.json, "role": MemberRole.owner.json],
                from: nil, in: db)
        }
    }
}
