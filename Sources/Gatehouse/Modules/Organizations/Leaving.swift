import Database
import Web

/// Ends or lowers memberships: by removal, by leaving, by a lower role. Invitations that depend on the membership end
/// with it. The organization's row is locked.
enum Leaving {
    /// Ends a membership.
    static func end(
        _ member: Member, in organization: Organization, because cause: MemberLeft.Cause, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws {
        try MemberRepository.remove(
            member.user, from: organization.reference, because: cause, by: actor, telling: hooks, in: db)
        try InvitationRevocation.run(of: member, in: organization, by: actor, telling: hooks, in: db)
    }

    /// Gives a member a lower or higher role.
    static func setRole(
        _ member: Member, to role: MemberRole, in organization: Organization,
        because cause: MemberRoleChanged.Cause = .change, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try MemberRepository.setRole(
            of: member.user, as: member.role, in: organization.reference, to: role, because: cause, by: actor,
            telling: hooks, in: db)
        guard role < member.role else { return }
        try InvitationRevocation.run(of: member, in: organization, by: actor, telling: hooks, in: db)
    }
}
