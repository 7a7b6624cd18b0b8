import FoundationEssentials
public import Web

/// What happens to a member of an organization. The target in the audit is the user.
public protocol MemberEvent: OrganizationEvent, RefusableEvent {
    /// The account.
    var user: UserReference { get }
}

extension MemberEvent {
    /// The organization itself.
    public var organizationID: UInt64? { organization.id }

    fileprivate func entry(_ action: AuditAction, _ details: JSON) -> AuditEntry {
        let place = JSON.Member("organizationId", organization.publicID.json)
        return AuditEntry(action, user.publicID, details: .object([place] + details.members))
    }

    fileprivate func writeMember(to output: inout Output) {
        output.field("organizationId", organization.publicID)
        output.field("userId", user.publicID)
    }
}

/// A user became a member of an organization: by making it, or by an invitation.
public struct MemberJoined: MemberEvent {
    /// The organization.
    public let organization: OrganizationReference
    /// The account.
    public let user: UserReference
    /// The role.
    public let role: MemberRole
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.member.joined", "A user became a member of an organization.",
        example: Self(organization: .example, user: .example, role: .member))

    /// `member.added`.
    public static var auditActions: [AuditAction] { [.memberAdded] }
    /// The role.
    public var auditEntry: AuditEntry? { entry(.memberAdded, ["role": role.json]) }

    /// The member with the role.
    public func write(to output: inout Output) {
        writeMember(to: &output)
        output.field("role", role)
    }
}

/// The role of a member changed.
public struct MemberRoleChanged: MemberEvent {
    /// The occasion.
    public enum Cause: Sendable {
        /// Another role was given.
        case change
        /// The owner made this member the owner in their place.
        case ownershipTransfer
    }

    /// The organization.
    public let organization: OrganizationReference
    /// The account.
    public let user: UserReference
    /// The role before.
    public let oldRole: MemberRole
    /// The role now.
    public let newRole: MemberRole
    /// The occasion.
    public let cause: Cause
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.member.role_changed", "The role of a member changed.",
        example: Self(organization: .example, user: .example, oldRole: .member, newRole: .admin, cause: .change))

    /// `member.role_changed`, `ownership.transferred`.
    public static var auditActions: [AuditAction] { [.memberRoleChanged, .ownershipTransferred] }
    /// The former role as `from`, and the new one.
    public var auditEntry: AuditEntry? {
        entry(
            cause == .ownershipTransfer ? .ownershipTransferred : .memberRoleChanged,
            ["from": oldRole.json, "role": newRole.json])
    }

    /// The member with both roles.
    public func write(to output: inout Output) {
        writeMember(to: &output)
        output.field("oldRole", oldRole)
        output.field("newRole", newRole)
    }
}

/// A user is no longer a member of an organization.
public struct MemberLeft: MemberEvent {
    /// Why a membership ends.
    public enum Cause: Sendable {
        /// An administrator of the organization removed the member.
        case removed
        /// The member left.
        case left
        /// The member's account is erased. A refusal keeps the account.
        case erased
    }

    /// The organization.
    public let organization: OrganizationReference
    /// The account.
    public let user: UserReference
    /// The role that they had.
    public let role: MemberRole
    /// The cause.
    public let cause: Cause
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "organization.member.left", "A user is no longer a member of an organization.",
        example: Self(organization: .example, user: .example, role: .member, cause: .left))

    /// `member.removed`, `member.left`.
    public static var auditActions: [AuditAction] { [.memberRemoved, .memberLeft] }
    /// The former role.
    public var auditEntry: AuditEntry? {
        entry(cause == .left ? .memberLeft : .memberRemoved, ["role": role.json])
    }

    /// The member with the former role.
    public func write(to output: inout Output) {
        writeMember(to: &output)
        output.field("role", role)
    }
}

extension AuditAction {
    static let memberAdded = AuditAction(rawValue: "member.added")
    static let memberRoleChanged = AuditAction(rawValue: "member.role_changed")
    static let memberRemoved = AuditAction(rawValue: "member.removed")
    static let memberLeft = AuditAction(rawValue: "member.left")
    static let ownershipTransferred = AuditAction(rawValue: "ownership.transferred")
}
