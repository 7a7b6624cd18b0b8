import FoundationEssentials
import Web

/// An organization, by the id that owns rows and the one that is shown.
struct OrganizationReference: Sendable, Equatable {
    let id: UInt64
    let publicID: UUID
}

/// An organization was made. Its first member joins after that.
struct OrganizationCreated: Event {
    let organization: OrganizationReference
    let name: String
    let slug: String
}

/// An organization was changed.
struct OrganizationChanged: Event {
    /// What can change.
    enum Field: String, Sendable, CaseIterable {
        case name, slug
    }

    let organization: OrganizationReference
    let fields: Set<Field>
}

/// An organization was deleted: nobody reaches it any more. Its members and API keys are gone, without an event for
/// each.
struct OrganizationDeleted: Event {
    let organization: OrganizationReference
}

/// The row of a deleted organization is gone, and what modules held for it. Fires last in that transaction.
struct OrganizationErased: Event {
    let organization: OrganizationReference
}

/// A user became a member of an organization.
struct MemberJoined: Event {
    let organization: OrganizationReference
    let user: UserReference
    let role: MemberRole
}

/// A member of an organization has another role in it.
struct MemberRoleChanged: Event {
    let organization: OrganizationReference
    let user: UserReference
    let oldRole: MemberRole
    let newRole: MemberRole
}

/// A user is no member of an organization any more: they left, were removed, or their account is erased.
struct MemberLeft: Event {
    let organization: OrganizationReference
    let user: UserReference
    /// The role that they had.
    let role: MemberRole
}
