public import FoundationEssentials
public import Web

/// An organization, by the id that owns rows and the one that is shown.
public struct OrganizationReference: Sendable, Equatable {
    /// The internal id, which owns rows and is never shown.
    public let id: UInt64
    /// The id that is shown.
    public let publicID: UUID
}

/// An organization was made. Its first member joins after that.
public struct OrganizationCreated: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The name that others see.
    public let name: String
    /// The word that stands for it in addresses.
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
    /// What of it has changed.
    public let fields: Set<Field>
}

/// An organization was deleted: nobody reaches it any more. Its members and API keys are gone, without an event for
/// each.
public struct OrganizationDeleted: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
}

/// The row of a deleted organization is gone, and what modules held for it. Fires last in that transaction.
/// Nobody can refuse it: the organization was deleted before.
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

/// A user is no member of an organization any more: they left, were removed, or their account is erased. A refusal then
/// keeps the account.
public struct MemberLeft: RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The account.
    public let user: UserReference
    /// The role that they had.
    public let role: MemberRole
}
