import Database
import Web

/// How members lose their place in an organization, or part of it: by removal, by leaving, by a lower role. What hung
/// on the place goes with it. The organization's row is locked.
enum Leaving {
    /// Ends a membership.
    static func end(
        _ member: Member, in organization: Organization, by actor: AuditActor, in db: Connection
    ) throws(DatabaseError) {
        try MemberRepository.remove(member.id, from: organization.id, in: db)
        try InvitationRevocation.run(of: member, in: organization, by: actor, in: db)
    }

    /// Gives a member another role, be it a lower or a higher one.
    static func setRole(
        _ member: Member, to role: MemberRole, in organization: Organization, by actor: AuditActor, in db: Connection
    ) throws(DatabaseError) {
        try MemberRepository.setRole(member.id, of: organization.id, to: role, in: db)
        if role < member.role { try InvitationRevocation.run(of: member, in: organization, by: actor, in: db) }
    }
}
