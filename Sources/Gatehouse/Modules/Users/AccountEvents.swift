public import FoundationEssentials

/// By whom an account is made.
public enum AccountOrigin: Sendable, Equatable {
    /// Its user registered, and may be anybody: the address is not verified.
    case registration
    /// An administrator made it, by the API.
    case administrator
    /// An operator made it, by a command.
    case command
}

/// An account is about to be made. Fires on every path, before its row is written.
///
/// Where registration hides which addresses have accounts, a job makes the account after the request was answered. A
/// refusal then answers nobody, and the account is not made. What may be told to whoever registers belongs to
/// `RegistrationRequested`.
public struct AccountWillBeCreated: RefusableEvent {
    /// The public id that the account will have.
    public let publicID: UUID
    /// The address.
    public let email: EmailAddress
    /// The name that others see.
    public let name: String
    /// The name of a role.
    public let role: String
    /// By whom it is made.
    public let origin: AccountOrigin
}

/// An account was made. Its address need not be verified.
public struct AccountCreated: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The address.
    public let email: EmailAddress
    /// The name that others see.
    public let name: String
    /// The name of a role.
    public let role: String
    /// By whom it is made.
    public let origin: AccountOrigin
}

/// A user changed their profile.
public struct ProfileChanged: RefusableEvent {
    /// What of the profile can change.
    public enum Field: String, Sendable, CaseIterable {
        /// Its name.
        case name
        /// Its locale.
        case locale
        /// The address of its picture.
        case avatarURL = "avatarUrl"
    }

    /// The account.
    public let user: UserReference
    /// What of it has changed.
    public let fields: Set<Field>
}

/// An account has a verified address for the first time, by a link that was mailed to it. Where that is not the address
/// that it had, `EmailChanged` fires before.
public struct EmailVerified: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The address as its user entered it.
    public let email: String
    /// Whether registration made the account, and not an administrator or a command.
    public let isSelfRegistered: Bool

    /// - Parameter newEmail: the address where it is not the one that `user` had.
    init(of user: User, newEmail: String? = nil) {
        self.user = user.reference
        email = newEmail ?? user.email
        isSelfRegistered = user.isSelfRegistered
    }
}

/// A user asks to change their address. Fires before the new address is looked up, whether or not it has an account, so
/// that a refusal tells nothing about it.
public struct EmailChangeRequested: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The new address.
    public let newEmail: EmailAddress
}

/// An account has another address, which is verified.
public struct EmailChanged: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The address before, as its user entered it.
    public let oldEmail: String
    /// The new address.
    public let newEmail: EmailAddress
}

/// An account lost an address that it never verified, to whoever owns that. Nobody can refuse it: they would keep the
/// owner from the address.
public struct EmailReleased: Event {
    /// The account.
    public let user: UserReference
    /// The address that it lost, as its user entered it.
    public let oldEmail: String
}

/// The password of an account was set, changed or taken away.
public struct PasswordChanged: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// Whether the account has one now.
    public let hasPassword: Bool
}

/// An account has another role.
public struct RoleChanged: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The name of the role before.
    public let oldRole: String
    /// The name of the role now.
    public let newRole: String
}

/// An account was suspended: nobody can use it until it is activated.
public struct AccountSuspended: RefusableEvent {
    /// The account.
    public let user: UserReference
}

/// A suspended or deleted account may be used again.
public struct AccountActivated: RefusableEvent {
    /// The account.
    public let user: UserReference
}

/// An account was deleted. It is kept for 30 days, in which it can be activated, and then erased.
public struct AccountDeleted: RefusableEvent {
    /// The account.
    public let user: UserReference
}

/// The row of an account is gone, and what modules held about it. Fires last in that transaction, so that a job that is
/// left behind stays. A user's API keys go with the account, without an event for each.
///
/// Nobody can refuse it: the account is erased because its user is owed that, or because it never was that of whoever
/// owns its address.
public struct AccountErased: Event {
    /// The account.
    public let user: UserReference
}
