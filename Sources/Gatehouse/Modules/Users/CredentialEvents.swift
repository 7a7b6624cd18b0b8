import FoundationEssentials
public import Web

/// An account has a verified address for the first time, through a mailed link or a provider. If this is not its
/// previous address, `EmailChanged` fires before. It does not fire for an account that was made with a verified address
/// (`AccountCreated.isVerified`).
public struct EmailVerified: AccountEvent, RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The address as its user entered it.
    public let email: String
    /// Whether registration made the account, and not an administrator or a command.
    public let isSelfRegistered: Bool
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.email_verified", "An account has a verified address for the first time.",
        example: Self(user: .example, email: "", isSelfRegistered: true))

    /// `email.verified`.
    public static var auditActions: [AuditAction] { [.emailVerified] }
    /// The account.
    public var auditEntry: AuditEntry? { AuditEntry(.emailVerified, user.publicID) }
}

extension EmailVerified {
    /// - Parameter newEmail: the address, if it is not the previous one of `user`.
    init(of user: User, newEmail: String? = nil) {
        self.init(
            user: user.reference, email: newEmail ?? user.email, isSelfRegistered: user.isSelfRegistered)
    }
}

/// A user requests a change of address. It fires before the new address is looked up, whether or not it has an account,
/// so a refusal reveals nothing about it.
public struct EmailChangeRequested: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The new address.
    public let newEmail: EmailAddress

    /// `email.change_requested`.
    public static var auditActions: [AuditAction] { [.emailChangeRequested] }
    /// The account.
    public var auditEntry: AuditEntry? { AuditEntry(.emailChangeRequested, user.publicID) }
}

/// An account changed to another, verified address.
public struct EmailChanged: AccountEvent, RefusableEvent {
    /// The account as it was before.
    let before: User
    /// The new address.
    public let newEmail: EmailAddress
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.email_changed", "An account changed to another, verified address.",
        example: Self(before: .example, newEmail: .standIn))

    /// The account.
    public var user: UserReference { before.reference }
    /// The previous address, as its user entered it.
    public var oldEmail: String { before.email }

    /// `email.changed`.
    public static var auditActions: [AuditAction] { [.emailChanged] }
    /// The account.
    public var auditEntry: AuditEntry? { AuditEntry(.emailChanged, user.publicID) }
}

/// An account lost an address that it never verified to the owner of that address. Hooks cannot refuse it, since that
/// would keep the owner from the address.
public struct EmailReleased: AccountEvent {
    /// Why an account loses its address.
    public enum Cause: Sendable {
        /// The owner said that they did not register. The audit has `user.rejected`, which `RegistrationRejected`
        /// records.
        case rejection
        /// The account is deleted, and gave way to the owner.
        case replacement
    }

    /// The account.
    public let user: UserReference
    /// The address that it lost, as its user entered it.
    public let oldEmail: String
    /// The cause.
    public let cause: Cause
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.email_released", "An account lost an address that it never verified to the owner of that address.",
        example: Self(user: .example, oldEmail: "", cause: .replacement))

    /// `user.replaced`.
    public static var auditActions: [AuditAction] { [.userReplaced] }
    /// The account, if it gave way.
    public var auditEntry: AuditEntry? { cause == .replacement ? AuditEntry(.userReplaced, user.publicID) : nil }
}

/// The password of an account was set, changed or removed.
public struct PasswordChanged: AccountEvent, RefusableEvent {
    /// How a password changes.
    public enum Cause: String, Sendable, CaseIterable {
        /// The signed-in user changed it, or set the first one.
        case changed
        /// The reader of a mailed link set it.
        case reset
        /// An operator set it, by a command.
        case set
        /// It was removed, since the account never belonged to the owner of its address.
        case removed

        /// The action in the audit.
        var action: AuditAction { AuditAction(rawValue: "password." + rawValue) }
    }

    /// The account.
    public let user: UserReference
    /// How.
    public let cause: Cause
    /// Whether the account had one before.
    public let hadPassword: Bool
    /// The name, sentence and example of the event for webhooks.
    public static let publication = Publication(
        "user.password_changed", "The password of an account was set, changed or removed.",
        example: Self(user: .example, cause: .changed, hadPassword: true))

    /// Whether the account has one now.
    public var hasPassword: Bool { cause != .removed }

    /// `password.changed`, `password.reset`, `password.set`, `password.removed`.
    public static var auditActions: [AuditAction] { Cause.allCases.map(\.action) }
    /// The account.
    public var auditEntry: AuditEntry? { AuditEntry(cause.action, user.publicID) }

    /// The account, and whether it has a password.
    public func write(to output: inout Output) {
        output.field("userId", user.publicID)
        output.field("hasPassword", hasPassword)
    }
}

extension AuditAction {
    static let emailVerified = AuditAction(rawValue: "email.verified")
    static let emailChangeRequested = AuditAction(rawValue: "email.change_requested")
    static let emailChanged = AuditAction(rawValue: "email.changed")
}
