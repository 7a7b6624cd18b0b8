import Database
import FoundationEssentials
import Web

/// The effects of an account's erasure on organizations.
enum OrganizationErasure {
    /// Deletes the organizations without other members. If an owner is erased and no other owner can sign in, the
    /// successor becomes owner. Call it with the user's row locked, before that row is deleted. It does not handle
    /// invitations that the user sent.
    static func run(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        let rule = try SignInRule(hooks.settings)
        for organization in try MemberRepository.lockOrganizations(of: user.id, in: db) {
            guard let heir = try MemberRepository.heir(of: user.id, in: organization.id, counting: rule, db)
            else {
                try OrganizationDeletion.run(organization.reference, by: .program, telling: hooks, in: db)
                continue
            }
            let place = organization.reference
            let role = try MemberRepository.remove(
                user, from: place, because: .erased, by: .program, telling: hooks, in: db)
            guard role == .owner, heir.role != .owner else { continue }
            if try MemberRepository.hasOwner(organization.id, otherThan: user.id, counting: rule, in: db) { continue }
            try MemberRepository.setRole(
                of: heir.user, as: heir.role, in: place, to: .owner, by: .program, telling: hooks, in: db)
        }
    }
}
