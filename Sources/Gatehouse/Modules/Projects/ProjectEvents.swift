public import FoundationEssentials
public import Web

/// A project was made.
public struct ProjectCreated: RefusableEvent {
    /// The project.
    public let project: ProjectReference
}

/// A project was changed.
public struct ProjectUpdated: RefusableEvent {
    /// The project.
    public let project: ProjectReference
    /// The names of the changed fields.
    public let fields: [String]
}

/// A project was deleted. It can be restored for 30 days. Projects that end with their owner have no event for each.
public struct ProjectDeleted: RefusableEvent {
    /// The project.
    public let project: ProjectReference
}

/// A deleted project was restored.
public struct ProjectRestored: RefusableEvent {
    /// The project.
    public let project: ProjectReference
}

/// The project of an event, and whose it is.
public struct ProjectReference: Sendable {
    /// The public id of the project.
    public let publicID: UUID
    /// Whose it is.
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

extension Project {
    /// The project in events.
    var reference: ProjectReference {
        ProjectReference(publicID: publicID, tenant: tenant, organization: organizationPublicID, owner: ownerPublicID)
    }
}

extension ProjectCreated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "project.created"
    /// What happened.
    public static let summary = "A project was made."
    /// An example.
    public static let example = ProjectCreated(project: .example)
    /// The organization whose it is.
    public var organizationID: UInt64? { project.tenant.organizationID }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        project.write(to: &output)
    }
}

extension ProjectUpdated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "project.updated"
    /// What happened.
    public static let summary = "A project was changed."
    /// An example.
    public static let example = ProjectUpdated(project: .example, fields: ["status"])
    /// The organization whose it is.
    public var organizationID: UInt64? { project.tenant.organizationID }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        project.write(to: &output)
        output.field("fields", fields)
    }
}

extension ProjectDeleted: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "project.deleted"
    /// What happened.
    public static let summary = "A project was deleted. It can be restored for 30 days."
    /// An example.
    public static let example = ProjectDeleted(project: .example)
    /// The organization whose it is.
    public var organizationID: UInt64? { project.tenant.organizationID }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        project.write(to: &output)
    }
}

extension ProjectRestored: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "project.restored"
    /// What happened.
    public static let summary = "A deleted project was restored."
    /// An example.
    public static let example = ProjectRestored(project: .example)
    /// The organization whose it is.
    public var organizationID: UInt64? { project.tenant.organizationID }

    /// The data of a delivery.
    public func write(to output: inout Output) {
        project.write(to: &output)
    }
}
