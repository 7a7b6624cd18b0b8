public import FoundationEssentials
public import Web

/// A role was made.
public struct RoleCreated: RefusableEvent {
    /// The public id of the role.
    public let role: UUID
    /// Its name, by which accounts refer to it.
    public let name: String
    /// Its permissions.
    public let permissions: Set<Permission>
}

/// A role has another description or other permissions. An account that gets another role fires `RoleChanged`.
public struct RoleUpdated: RefusableEvent {
    /// The public id of the role.
    public let role: UUID
    /// Its name.
    public let name: String
    /// Its permissions now.
    public let permissions: Set<Permission>
}

/// A role was deleted. No account had it.
public struct RoleDeleted: RefusableEvent {
    /// The public id of the role.
    public let role: UUID
    /// Its name.
    public let name: String
}

extension RoleCreated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "role.created"
    /// What happened.
    public static let summary = "A role was made."
    /// An example.
    public static let example = RoleCreated(role: .example, name: "auditor", permissions: [.auditRead])

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("roleId", role)
        output.field("name", name)
        output.field("permissions", permissions)
    }
}

extension RoleUpdated: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "role.updated"
    /// What happened.
    public static let summary = "A role has another description or other permissions."
    /// An example.
    public static let example = RoleUpdated(role: .example, name: "auditor", permissions: [.auditRead])

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("roleId", role)
        output.field("name", name)
        output.field("permissions", permissions)
    }
}

extension RoleDeleted: PublishedEvent {
    /// The name of the event.
    public static let name: StaticString = "role.deleted"
    /// What happened.
    public static let summary = "A role was deleted."
    /// An example.
    public static let example = RoleDeleted(role: .example, name: "auditor")

    /// The data of a delivery.
    public func write(to output: inout Output) {
        output.field("roleId", role)
        output.field("name", name)
    }
}
