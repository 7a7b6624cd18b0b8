import Database
import FoundationEssentials
import Web

/// Ends invitations whose reason is gone, in the transaction of the change that took it: whoever loses a role could
/// have invited themselves by another address before, or can have an open invitation to come back by.
///
/// What is not revoked in time gives nothing either: accepting asks what the sender may give at that moment.
enum InvitationRevocation {
    /// Of a member whose role in an organization ended or was lowered: what they sent there, and what was sent to them.
    /// The organization's row is locked.
    static func run(
        of member: Member, in organization: Organization, by actor: AuditActor, in db: Connection
    ) throws(DatabaseError) {
        let revoked =
            try InvitationRepository.deleteAll(sentBy: member.userID, of: organization.id, in: db)
            + InvitationRepository.deleteAll(to: member.emailKey, of: organization.id, in: db)
        let place = [JSON.Member("organizationId", organization.publicID.json)]
        try record(revoked, target: member.userPublicID, place, by: actor, in: db)
    }

    /// Of an account that ends: what its user sent, and what was sent to the address. The user's row is locked.
    static func run(of user: User, by actor: AuditActor, in db: Connection) throws(DatabaseError) {
        let revoked =
            try InvitationRepository.deleteAll(sentBy: user.id, in: db)
            + InvitationRepository.deleteAll(to: user.emailKey, in: db)
        try record(revoked, target: user.publicID, by: actor, in: db)
    }

    /// Of an account that is suspended, or that gives way to whoever owns its address: what its user sent. What others
    /// sent to the address is for whoever proves to own it.
    static func run(sentBy user: UserReference, by actor: AuditActor, in db: Connection) throws(DatabaseError) {
        try record(
            InvitationRepository.deleteAll(sentBy: user.id, in: db), target: user.publicID, by: actor, in: db)
    }

    /// How many invitations one event names.
    private static let mostOfEvent = 100

    private static func record(
        _ revoked: [UUID], target: UUID, _ details: [JSON.Member] = [], by actor: AuditActor, in db: Connection
    ) throws(DatabaseError) {
        for start in stride(from: 0, to: revoked.count, by: mostOfEvent) {
            let part = revoked[start..<min(start + mostOfEvent, revoked.count)]
            try Audit.record(
                .invitationsRevoked, by: actor, target: target,
                details: details + [JSON.Member("invitationIds", .array(part.map(\.json)))], in: db)
        }
    }
}
