import FoundationEssentials

/// By whom an account is made.
enum AccountOrigin: Sendable, Equatable {
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
struct AccountWillBeCreated: Event {
    /// The public id that the account will have.
    let publicID: UUID
    let email: EmailAddress
    let name: String
    /// The name of a role.
    let role: String
    let origin: AccountOrigin
}

/// An account was made. Its address need not be verified.
struct AccountCreated: Event {
    let user: UserReference
    let email: EmailAddress
    let name: String
    /// The name of a role.
    let role: String
    let origin: AccountOrigin
}

/// A user changed their profile.
struct ProfileChanged: Event {
    /// What of the profile can change.
    enum Field: String, Sendable, CaseIterable {
        case name, locale
        case avatarURL = "avatarUrl"
    }

    let user: UserReference
    let fields: Set<Field>
}

/// The address of an account was verified for the first time, by a link that was mailed to it.
struct EmailVerified: Event {
    let user: UserReference
    /// The address as its user entered it.
    let email: String
    /// Whether registration made the account, and not an administrator or a command.
    let isSelfRegistered: Bool

    init(of user: User) {
        self.user = user.reference
        email = user.email
        isSelfRegistered = user.isSelfRegistered
    }
}

/// A user asks to change their address. Fires before the new address is looked up, whether or not it has an account, so
/// that a refusal tells nothing about it.
struct EmailChangeRequested: Event {
    let user: UserReference
    let newEmail: EmailAddress
}

/// An account has another address, which is verified.
struct EmailChanged: Event {
    let user: UserReference
    /// The address before, as its user entered it.
    let oldEmail: String
    let newEmail: EmailAddress
}

/// A deleted account lost an address that it never verified, to whoever owns that.
struct EmailReleased: Event {
    let user: UserReference
    /// The address that it lost, as its user entered it.
    let oldEmail: String
}

/// The password of an account was set, changed or taken away.
struct PasswordChanged: Event {
    let user: UserReference
    /// Whether the account has one now.
    let hasPassword: Bool
}

/// An account has another role.
struct RoleChanged: Event {
    let user: UserReference
    /// The name of the role before.
    let oldRole: String
    /// The name of the role now.
    let newRole: String
}

/// An account was suspended: nobody can use it until it is activated.
struct AccountSuspended: Event {
    let user: UserReference
}

/// A suspended or deleted account may be used again.
struct AccountActivated: Event {
    let user: UserReference
}

/// An account was deleted. It is kept for 30 days, in which it can be activated, and then erased.
struct AccountDeleted: Event {
    let user: UserReference
}

/// The row of an account is gone, and what modules held about it. Fires last in that transaction, so that a job that is
/// left behind stays. A user's API keys go with the account, without an event for each.
///
/// What a hook throws here does not keep the account: the erasure is tried again.
struct AccountErased: Event {
    let user: UserReference
}
