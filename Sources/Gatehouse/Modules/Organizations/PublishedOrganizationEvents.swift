public import Web

// What webhooks deliver of the events of organizations. The endpoints of an organization end with it, so only those of
// the installation receive its creation, deletion and erasure.

extension OrganizationCreated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.created"
    /// What happened.
    public static let summary = "An organization was made."
    /// An example.
    public static let example = OrganizationCreated(organization: .example, name: "", slug: "")

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
    }
}

extension OrganizationChanged: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.updated"
    /// What happened.
    public static let summary = "An organization was changed."
    /// An example.
    public static let example = OrganizationChanged(organization: .example, fields: [.name])
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("fields", fields.map(\.rawValue).sorted())
    }
}

extension OrganizationDeleted: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.deleted"
    /// What happened.
    public static let summary = "An organization was deleted, with its members, invitations, API keys and webhooks."
    /// An example.
    public static let example = OrganizationDeleted(organization: .example)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
    }
}

extension OrganizationErased: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.erased"
    /// What happened.
    public static let summary = "The data of a deleted organization is gone."
    /// An example.
    public static let example = OrganizationErased(organization: .example)

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
    }
}

extension MemberJoined: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.member.joined"
    /// What happened.
    public static let summary = "A user became a member of an organization."
    /// An example.
    public static let example = MemberJoined(organization: .example, user: .example, role: .member)
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("userId", user.publicID)
        output.field("role", role)
    }
}

extension MemberRoleChanged: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.member.role_changed"
    /// What happened.
    public static let summary = "A member of an organization has another role in it."
    /// An example.
    public static let example = MemberRoleChanged(
        organization: .example, user: .example, oldRole: .member, newRole: .admin)
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("userId", user.publicID)
        output.field("oldRole", oldRole)
        output.field("newRole", newRole)
    }
}

extension MemberLeft: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.member.left"
    /// What happened.
    public static let summary = "A user is no longer a member of an organization."
    /// An example.
    public static let example = MemberLeft(organization: .example, user: .example, role: .member)
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("userId", user.publicID)
        output.field("role", role)
    }
}

extension InvitationSent: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.invitation.sent"
    /// What happened.
    public static let summary = "Somebody was invited to an organization, or an open invitation was renewed."
    /// An example.
    public static let example = InvitationSent(organization: .example, invitation: .example, role: .member)
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("invitationId", invitation)
        output.field("role", role)
    }
}

extension InvitationAccepted: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.invitation.accepted"
    /// What happened.
    public static let summary = "An invitation was accepted."
    /// An example.
    public static let example = InvitationAccepted(organization: .example, invitation: .example, user: .example)
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("invitationId", invitation)
        output.field("userId", user.publicID)
    }
}

extension InvitationRevoked: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "organization.invitation.revoked"
    /// What happened.
    public static let summary = "An invitation was revoked: its link no longer works."
    /// An example.
    public static let example = InvitationRevoked(organization: .example, invitation: .example)
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("invitationId", invitation)
    }
}
