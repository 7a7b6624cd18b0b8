public import FoundationEssentials
public import Web

/// What happens to a role. The audit has it under the same name.
public protocol RoleEvent: RefusableEvent, PublishedEvent {
    /// The public id of the role.
    var role: UUID { get }
    /// Its name, by which accounts refer to it.
    var name: String { get }
}

extension RoleEvent {
    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
}

/// An event after which the role has these permissions.
public protocol RolePermissionsEvent: RoleEvent {
    /// Its permissions now.
    var permissions: Set<Permission> { get }
}

extension RolePermissionsEvent {
    /// The permissions.
    public var auditEntry: AuditEntry? {
        AuditEntry(
            Self.action, role, details: ["permissions": .array(permissions.words.map { .string($0) })])
    }

    /// The role with its permissions.
    public func write(to output: inout Output) {
        output.field("roleId", role)
        output.field("name", name)
        output.field("permissions", permissions)
    }
}

/// A role was created.
public struct RoleCreated: RolePermissionsEvent {
    /// The public id of the role.
    public let role: UUID
    /// Its name.
    public let name: String
    /// Its permissions.
    public let permissions: Set<Permission>
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "role.created", "A role was created.",
        example: Self(role: .example, name: "auditor", permissions: [.auditRead]))
}

/// The description or the permissions of a role changed. An account that gets another role fires `RoleChanged`.
public struct RoleUpdated: RolePermissionsEvent {
    /// The public id of the role.
    public let role: UUID
    /// Its name.
    public let name: String
    /// Its permissions now.
    public let permissions: Set<Permission>
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "role.updated", "The description or the permissions of a role changed.",
        example: Self(role: .example, name: "auditor", permissions: [.auditRead]))
}

/// A role was deleted. No account had it.
public struct RoleDeleted: RoleEvent {
    /// The public id of the role.
    public let role: UUID
    /// Its name.
    public let name: String
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "role.deleted", "A role was deleted.", example: Self(role: .example, name: "auditor"))

    /// The name.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, role, details: ["name": .string(name)]) }

    /// The role.
    public func write(to output: inout Output) {
        output.field("roleId", role)
        output.field("name", name)
    }
}
