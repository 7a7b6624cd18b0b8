import FoundationEssentials
public import Web

/// What happens to an organization. The endpoints of an organization end with it, so only those of the installation
/// receive its creation, deletion and erasure.
public protocol OrganizationEvent: PublishedEvent {
    /// The organization.
    var organization: OrganizationReference { get }
}

extension OrganizationEvent {
    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// What happened to the organization.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, organization.publicID) }

    /// The organization.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
    }
}

/// An organization was created. Its first member joins after that.
public struct OrganizationCreated: OrganizationEvent, RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The name that others see.
    public let name: String
    /// Its name in URLs.
    public let slug: String
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.created", "An organization was created.",
        example: Self(organization: .example, name: "", slug: ""))
}

/// An organization was changed.
public struct OrganizationChanged: OrganizationEvent, RefusableEvent {
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
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.updated", "An organization was changed.",
        example: Self(organization: .example, fields: [.name]))

    /// The organization itself.
    public var organizationID: UInt64? { organization.id }
    /// The changed fields.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, organization.publicID, changed: changed) }

    private var changed: [String] { fields.map(\.rawValue).sorted() }

    /// The organization, and the fields.
    public func write(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("fields", changed)
    }
}

/// An organization was deleted: nobody can reach it any more. Its members and API keys are gone, without an event for
/// each.
public struct OrganizationDeleted: OrganizationEvent, RefusableEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.deleted", "An organization was deleted, with its members, invitations, API keys and webhooks.",
        example: Self(organization: .example))
}

/// The row of a deleted organization is gone, with the data of all modules about it. It fires last in that transaction.
/// Hooks cannot refuse it, since the organization was deleted before.
public struct OrganizationErased: OrganizationEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.erased", "A deleted organization was erased.", example: Self(organization: .example))
}
