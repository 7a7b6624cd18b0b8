import Database
import FoundationEssentials
import Web

extension AuditAction {
    static let organizationCreated = AuditAction(rawValue: "organization.created")
    static let organizationUpdated = AuditAction(rawValue: "organization.updated")
    static let organizationDeleted = AuditAction(rawValue: "organization.deleted")
    static let memberAdded = AuditAction(rawValue: "member.added")
    static let memberRoleChanged = AuditAction(rawValue: "member.role_changed")
    static let memberRemoved = AuditAction(rawValue: "member.removed")
    static let memberLeft = AuditAction(rawValue: "member.left")
    static let invitationSent = AuditAction(rawValue: "invitation.sent")
    static let invitationRevoked = AuditAction(rawValue: "invitation.revoked")
    static let invitationsRevoked = AuditAction(rawValue: "invitation.all_revoked")
    static let invitationAccepted = AuditAction(rawValue: "invitation.accepted")
    static let ownershipTransferred = AuditAction(rawValue: "ownership.transferred")
}

extension Audit {
    /// Appends a change of a member's role, with the former role as `from`.
    /// - Parameter action: `member.role_changed`, or `ownership.transferred` for a new owner.
    static func recordRole(
        _ action: AuditAction = .memberRoleChanged, of user: UUID, in organization: UUID, from old: MemberRole,
        to role: MemberRole, by actor: AuditActor, in db: Connection
    ) throws(DatabaseError) {
        try record(
            action, by: actor, target: user,
            details: [
                JSON.Member("organizationId", organization.json), JSON.Member("from", old.json),
                JSON.Member("role", role.json),
            ], in: db)
    }
}
