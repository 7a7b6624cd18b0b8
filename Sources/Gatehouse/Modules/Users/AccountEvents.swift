public import FoundationEssentials
public import Web

/// What happens to an account. Webhooks get no addresses and no names. The target in the audit is the user.
public protocol AccountEvent: PublishedEvent {
    /// The account.
    var user: UserReference { get }
}

extension AccountEvent {
    /// The account.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
    }
}

/// An account is about to be made. Fires on every path, before its row is written.
///
/// If registration hides which addresses have accounts, a job makes the account after the request was answered. Then no
/// caller sees a refusal, and the account is not made. Use `RegistrationRequested` for refusals that the person who
/// registers should see.
public struct AccountWillBeCreated: RefusableEvent {
    /// The public id that the account will have.
    public let publicID: UUID
    /// The address.
    public let email: EmailAddress
    /// The name that others see.
    public let name: String
    /// The name of a role.
    public let role: String
    /// Its origin.
    public let origin: AccountOrigin
    /// Whether its user is invited.
    let invitation: InvitationProof
}

/// An account was created. Its address need not be verified; if it is, `EmailVerified` does not fire for it.
public struct AccountCreated: AccountEvent, RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The address.
    public let email: EmailAddress
    /// The name that others see.
    public let name: String
    /// The name of a role.
    public let role: String
    /// Whether the address counts as verified from the start, since an administrator, a command or a provider says so.
    public let isVerified: Bool
    /// Whether it has a password.
    public let hasPassword: Bool
    /// Its origin.
    public let origin: AccountOrigin
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.created", "An account was created.",
        example: Self(
            user: .example, email: .standIn, name: "", role: "user", isVerified: false, hasPassword: true,
            origin: .registration))

    /// `user.registered`, or `user.created` for an account that others made.
    public static var auditActions: [AuditAction] { [.userRegistered, action] }
    /// The role, if others made it.
    public var auditEntry: AuditEntry? {
        origin.isByUser
            ? AuditEntry(.userRegistered, user.publicID)
            : AuditEntry(Self.action, user.publicID, details: ["role": .string(role)])
    }

    /// The account, with its role and origin.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("role", role)
        output.field("emailVerified", isVerified)
        output.field("origin", origin)
    }
}

extension AccountCreated {
    /// Whether others made it and its user is invited to set the first password, which also verifies the address.
    var isInvited: Bool { !origin.isByUser && !hasPassword }
}

/// A user changed their profile, or took the account over from a stranger, whose profile is replaced.
public struct ProfileChanged: AccountEvent, RefusableEvent {
    /// The fields of the profile.
    public enum Field: String, Sendable, CaseIterable {
        /// Its name.
        case name
        /// Its locale.
        case locale
        /// The URL of its picture.
        case avatarURL = "avatarUrl"
    }

    /// The account.
    public let user: UserReference
    /// The changed fields.
    public let fields: Set<Field>
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.updated", "A user changed their profile.", example: Self(user: .example, fields: [.name]))

    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// The changed fields.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, user.publicID, changed: changed) }

    private var changed: [String] { fields.map(\.rawValue).sorted() }

    /// The account, and the fields.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("fields", changed)
    }
}

/// The owner of an address took over, or rejected, an account that had never verified it. All ways in of the person who
/// made the account have ended; modules end what else that person could still read by. Hooks cannot refuse it, since
/// that would keep a stranger's access. The audit has the events of the takeover, and none of its own.
public struct AccountTakenOver: Event {
    /// The account.
    public let user: UserReference
}

/// The role of an account changed.
public struct RoleChanged: AccountEvent, RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The name of the former role.
    public let oldRole: String
    /// The name of the new role.
    public let newRole: String
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.role_changed", "The role of an account changed.",
        example: Self(user: .example, oldRole: "user", newRole: "support"))

    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// The former role as `from`, and the new one.
    public var auditEntry: AuditEntry? {
        AuditEntry(Self.action, user.publicID, details: ["from": .string(oldRole), "role": .string(newRole)])
    }

    /// The account with both roles.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("oldRole", oldRole)
        output.field("newRole", newRole)
    }
}

/// An account was suspended: nobody can use it until it is activated.
public struct AccountSuspended: AccountEvent, RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.suspended", "An account was suspended: nobody can use it until it is activated.",
        example: Self(user: .example))

    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// The account.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, user.publicID) }
}

/// A suspended or deleted account may be used again.
public struct AccountActivated: AccountEvent, RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.activated", "A suspended or deleted account may be used again.", example: Self(user: .example))

    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// The account.
    public var auditEntry: AuditEntry? { AuditEntry(Self.action, user.publicID) }
}

/// An account was deleted. It is kept for 30 days, in which it can be activated, and then erased.
public struct AccountDeleted: AccountEvent, RefusableEvent {
    /// Why an account is deleted.
    public enum Cause: Sendable {
        /// Its user, an administrator or a command deleted it.
        case request
        /// The owner of its address said that they did not register. It has lost the address, and cannot be activated.
        /// The audit has `user.rejected`, which `RegistrationRejected` records.
        case rejection
    }

    /// The account.
    public let user: UserReference
    /// The cause.
    public let cause: Cause
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.deleted", "An account was deleted. It is erased after 30 days, unless it is activated before.",
        example: Self(user: .example, cause: .request))

    /// The action with the event's name.
    public static var auditActions: [AuditAction] { [action] }
    /// The account, if somebody wanted to delete it.
    public var auditEntry: AuditEntry? { cause == .request ? AuditEntry(Self.action, user.publicID) : nil }
}

/// The row of an account is gone, with the data of all modules about it. It fires last in that transaction, so an
/// enqueued job is not deleted. The user's API keys are deleted with the account, without an event for each.
///
/// Hooks cannot refuse it: the account is erased because its user has a right to that, or because it never belonged to
/// the owner of its address.
public struct AccountErased: AccountEvent {
    /// Why an account is erased.
    public enum Cause: Sendable {
        /// It was deleted, and its grace is over.
        case deletion
        /// It gave way to the owner of its address.
        case replacement
    }

    /// The account.
    public let user: UserReference
    /// The cause.
    public let cause: Cause
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.erased", "An account was erased.", example: Self(user: .example, cause: .deletion))

    /// `user.erased`, `user.replaced`.
    public static var auditActions: [AuditAction] { [action, .userReplaced] }
    /// The account.
    public var auditEntry: AuditEntry? {
        AuditEntry(cause == .replacement ? .userReplaced : Self.action, user.publicID)
    }
}

extension AuditAction {
    static let userRegistered = AuditAction(rawValue: "user.registered")
    static let userReplaced = AuditAction(rawValue: "user.replaced")
}
