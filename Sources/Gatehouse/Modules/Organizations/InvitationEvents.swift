public import FoundationEssentials
public import Web

/// What happens to an invitation to an organization.
public protocol InvitationEvent: OrganizationEvent {
    /// The public id of the invitation.
    var invitation: UUID { get }
}

extension InvitationEvent {
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    fileprivate func entry(_ action: AuditAction, _ details: JSON = [:]) -> AuditEntry {
        let place = JSON.Member("organizationId", organization.publicID.json)
        return AuditEntry(action, invitation, details: .object([place] + details.members))
    }

    fileprivate func writeInvitation(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("invitationId", invitation)
    }
}

/// Somebody was invited to an organization, or an open invitation was renewed.
public struct InvitationSent: InvitationEvent, RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The public id of the invitation.
    public let invitation: UUID
    /// The offered role.
    public let role: MemberRole
    /// The key of the invited address, for the mail.
    let emailKey: String
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.invitation.sent", "Somebody was invited to an organization, or an open invitation was renewed.",
        example: Self(organization: .example, invitation: .example, role: .member, emailKey: ""))

    /// `invitation.sent`.
    public static var auditActions: [AuditAction] { [.invitationSent] }
    /// The role.
    public var auditEntry: AuditEntry? { entry(.invitationSent, ["role": role.json]) }

    /// The invitation with the role.
    public func write(to output: inout Output) {
        writeInvitation(to: &output)
        output.field("role", role)
    }
}

/// The invited person accepted an invitation. If they are a new member, `MemberJoined` fires too.
public struct InvitationAccepted: InvitationEvent, RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The public id of the invitation.
    public let invitation: UUID
    /// The account.
    public let user: UserReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.invitation.accepted", "An invitation was accepted.",
        example: Self(organization: .example, invitation: .example, user: .example))

    /// `invitation.accepted`.
    public static var auditActions: [AuditAction] { [.invitationAccepted] }
    /// The invitation.
    public var auditEntry: AuditEntry? { entry(.invitationAccepted) }

    /// The invitation with the user.
    public func write(to output: inout Output) {
        writeInvitation(to: &output)
        output.field("userId", user.publicID)
    }
}

/// An invitation was revoked. Hooks cannot refuse it, since the invitation must not outlast the right to it.
/// Invitations that end with their organization have no event for each.
public struct InvitationRevoked: InvitationEvent {
    /// Why it was revoked.
    public enum Cause: Sendable {
        /// A member of the organization revoked it.
        case request
        /// Its sender or the invited person lost the right to it. The audit has one entry for all such invitations of a
        /// person.
        case lostRight
    }

    /// The organization.
    public let organization: OrganizationReference
    /// The public id of the invitation.
    public let invitation: UUID
    /// The cause.
    public let cause: Cause
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.invitation.revoked", "An invitation was revoked: its link no longer works.",
        example: Self(organization: .example, invitation: .example, cause: .request))

    /// `invitation.revoked`.
    public static var auditActions: [AuditAction] { [.invitationRevoked] }
    /// The invitation, if it was revoked by itself.
    public var auditEntry: AuditEntry? { cause == .request ? entry(.invitationRevoked) : nil }

    /// The invitation.
    public func write(to output: inout Output) { writeInvitation(to: &output) }
}

extension AuditAction {
    static let invitationSent = AuditAction(rawValue: "invitation.sent")
    static let invitationRevoked = AuditAction(rawValue: "invitation.revoked")
    static let invitationsRevoked = AuditAction(rawValue: "invitation.all_revoked")
    static let invitationAccepted = AuditAction(rawValue: "invitation.accepted")
}
