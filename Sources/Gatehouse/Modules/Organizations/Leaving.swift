import Database
import Web

/// How members lose their place in an organization, or part of it: by removal, by leaving, by a lower role. What hung
/// on the place goes with it. The organization's row is locked.
enum Leaving {
    /// Ends a membership.
    static func end(
        _ member: Member, in organization: Organization, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try MemberRepository.remove(member.user, from: organization.reference, telling: hooks, in: db)
        try InvitationRevocation.run(of: member, in: organization, by: actor, in: db)
    }

    /// Gives a member another role, be it a lower or a higher one.
    static func setRole(
        _ member: Member, to role: MemberRole, in organization: Organization, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws {
        try MemberRepository.setRole(
            of: member.user, as: member.role, in: organization.reference, to: role, telling: hooks, in: db)
        if role < member.role { try InvitationRevocation.run(of: member, in: organization, by: actor, in: db) }
    }
}
