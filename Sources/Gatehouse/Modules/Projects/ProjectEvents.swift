public import FoundationEssentials
public import Web

/// What happens to a project. The audit has it under the same name.
public protocol ProjectEvent: PublishedEvent {
    /// The project.
    var project: ProjectReference { get }
}

/// The project of an event, and its owner.
public struct ProjectReference: Sendable {
    /// The public id of the project.
    public let publicID: UUID
    /// The owner: a user or an organization.
    public let tenant: Tenant
    /// The public id of the organization; `nil` for a user's own project.
    public let organization: UUID?
    /// The public id of the user who made it; `nil` if an organization's API key did, or if the account was erased.
    public let owner: UUID?

    static let example = ProjectReference(publicID: .example, tenant: .user(0), organization: nil, owner: .example)

    fileprivate func write(to output: inout Output) {
        output.field("projectId", publicID)
        output.field("organizationId", organization)
        output.field("ownerId", owner)
    }
}

extension ProjectEvent {
    /// The organization that owns the project.
    public var organizationID: UInt64? { project.tenant.organizationID }
    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// What happened to the project.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, project.publicID) }

    /// The project.
    public func write(to output: inout Output) { project.write(to: &output) }
}

/// A project was created.
public struct ProjectCreated: ProjectEvent, RefusableEvent {
    /// The project.
    public let project: ProjectReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "project.created", "A project was created.", example: Self(project: .example))
}

/// A project was changed.
public struct ProjectUpdated: ProjectEvent, RefusableEvent {
    /// The project.
    public let project: ProjectReference
    /// The names of the changed fields.
    public let fields: [String]
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "project.updated", "A project was changed.", example: Self(project: .example, fields: ["status"]))

    /// The changed fields.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, project.publicID, changed: fields) }

    /// The project, and the fields.
    public func write(to output: inout Output) {
        project.write(to: &output)
        output.field("fields", fields)
    }
}

/// A project was deleted. It can be restored for 30 days. Projects that end with their owner have no event for each.
public struct ProjectDeleted: ProjectEvent, RefusableEvent {
    /// The project.
    public let project: ProjectReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "project.deleted", "A project was deleted. It can be restored for 30 days.", example: Self(project: .example))
}

/// A deleted project was restored.
public struct ProjectRestored: ProjectEvent, RefusableEvent {
    /// The project.
    public let project: ProjectReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "project.restored", "A deleted project was restored.", example: Self(project: .example))
}

/// A deleted project is gone, since its time to be restored was over. Hooks cannot refuse it.
public struct ProjectPurged: ProjectEvent {
    /// The project.
    public let project: ProjectReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "project.purged", "A deleted project is gone: it can no longer be restored.", example: Self(project: .example))
}

extension Project {
    /// The project in events.
    var reference: ProjectReference {
        ProjectReference(publicID: publicID, tenant: tenant, organization: organizationPublicID, owner: ownerPublicID)
    }
}
