import Database
import FoundationEssentials
import Web

/// Revokes invitations that are no longer justified, in the transaction of the change: a member who loses a role could
/// have invited another of their own addresses before, or could return with an open invitation.
///
/// An invitation that was not revoked in time has no effect either: acceptance checks what the sender may give at that
/// moment.
enum InvitationRevocation {
    /// For a member whose role in an organization ended or was lowered: revokes invitations that the member sent there,
    /// and those sent to the member. The organization's row is locked.
    static func run(
        of member: Member, in organization: Organization, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws {
        let revoked =
            try InvitationRepository.revokeAll(
                sentBy: member.userID, of: organization.id, by: actor, telling: hooks, in: db)
            + InvitationRepository.revokeAll(
                to: member.emailKey, of: organization.id, by: actor, telling: hooks, in: db)
        let place = [JSON.Member("organizationId", organization.publicID.json)]
        try record(revoked, target: member.userPublicID, place, by: actor, in: db)
    }

    /// For an account that ends: revokes invitations that its user sent, and those sent to its address. The user's row
    /// is locked.
    static func run(of user: User, by actor: AuditActor, telling hooks: Hooks, in db: Connection) throws {
        let revoked =
            try InvitationRepository.revokeAll(sentBy: user.id, by: actor, telling: hooks, in: db)
            + InvitationRepository.revokeAll(to: user.emailKey, by: actor, telling: hooks, in: db)
        try record(revoked, target: user.publicID, by: actor, in: db)
    }

    /// For an account that is suspended, or that gives way to the owner of its address: revokes invitations that its
    /// user sent. Those that others sent to the address stay for its proven owner.
    static func run(
        sentBy user: UserReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let revoked = try InvitationRepository.revokeAll(sentBy: user.id, by: actor, telling: hooks, in: db)
        try record(revoked, target: user.publicID, by: actor, in: db)
    }

    /// The maximum number of invitations in one event.
    private static let maximumPerEvent = 100

    private static func record(
        _ revoked: [UUID], target: UUID, _ details: [JSON.Member] = [], by actor: AuditActor, in db: Connection
    ) throws(DatabaseError) {
        for start in stride(from: 0, to: revoked.count, by: maximumPerEvent) {
            let part = revoked[start..<min(start + maximumPerEvent, revoked.count)]
            try Audit.record(
                .invitationsRevoked, by: actor, target: target,
                details: details + [JSON.Member("invitationIds", .array(part.map(\.json)))], in: db)
        }
    }
}
