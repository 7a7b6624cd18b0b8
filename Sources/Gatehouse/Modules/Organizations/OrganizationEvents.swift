public import FoundationEssentials

/// An organization was made. Its first member joins after that.
public struct OrganizationCreated: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The name that others see.
    public let name: String
    /// Its name in URLs.
    public let slug: String
}

/// An organization was changed.
public struct OrganizationChanged: RefusableEvent {
    /// What can change.
    public enum Field: String, Sendable, CaseIterable {
        /// Its name.
        case name
        /// Its slug.
        case slug
    }

    /// The organization.
    public let organization: OrganizationReference
    /// The changed fields.
    public let fields: Set<Field>
}

/// An organization was deleted: nobody can reach it any more. Its members and API keys are gone, without an event for
/// each.
public struct OrganizationDeleted: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
}

/// The row of a deleted organization is gone, with the data of all modules about it. It fires last in that transaction.
/// Hooks cannot refuse it, since the organization was deleted before.
public struct OrganizationErased: Event {
    /// The organization.
    public let organization: OrganizationReference
}

/// A user became a member of an organization.
public struct MemberJoined: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The account.
    public let user: UserReference
    /// The role.
    public let role: MemberRole
}

/// A member of an organization has another role in it.
public struct MemberRoleChanged: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The account.
    public let user: UserReference
    /// The role before.
    public let oldRole: MemberRole
    /// The role now.
    public let newRole: MemberRole
}

/// A user is no longer a member of an organization: they left, were removed, or their account is erased, in which case
/// a refusal keeps the account.
public struct MemberLeft: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The account.
    public let user: UserReference
    /// The role that they had.
    public let role: MemberRole
}

/// Somebody was invited to an organization, or an open invitation was renewed.
public struct InvitationSent: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The public id of the invitation.
    public let invitation: UUID
    /// The offered role.
    public let role: MemberRole
}

/// The invited person accepted an invitation. If they are a new member, `MemberJoined` fires too.
public struct InvitationAccepted: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The public id of the invitation.
    public let invitation: UUID
    /// The account.
    public let user: UserReference
}

/// An invitation was revoked: by a member, or since its sender or the invited person lost the right to it. Hooks cannot
/// refuse it, since the invitation must not outlast that right. Invitations that end with their organization have no
/// event for each.
public struct InvitationRevoked: Event {
    /// The organization.
    public let organization: OrganizationReference
    /// The public id of the invitation.
    public let invitation: UUID
}
