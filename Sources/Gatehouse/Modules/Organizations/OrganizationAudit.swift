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
