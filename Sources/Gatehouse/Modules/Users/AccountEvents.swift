public import FoundationEssentials

/// The origin of an account.
public enum AccountOrigin: String, Sendable, CaseIterable {
    /// Its user registered and may be anybody, since the address is not verified.
    case registration
    /// Its user signed in by a provider for the first time. Whether the address is verified depends on the provider.
    case provider
    /// An administrator made it, by the API.
    case administrator
    /// An operator made it, by a command.
    case command

    /// Whether its user made it, and not somebody else for them.
    var isByUser: Bool {
        switch self {
        case .registration, .provider: true
        case .administrator, .command: false
        }
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

/// An account was made. Its address need not be verified; if it is, `EmailVerified` does not fire for it.
public struct AccountCreated: RefusableEvent {
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
    /// Its origin.
    public let origin: AccountOrigin
}

/// A user changed their profile.
public struct ProfileChanged: RefusableEvent {
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
}

/// An account has a verified address for the first time, through a mailed link. If this is not its previous address,
/// `EmailChanged` fires before. It does not fire for an account that was made with a verified address
/// (`AccountCreated.isVerified`).
public struct EmailVerified: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The address as its user entered it.
    public let email: String
    /// Whether registration made the account, and not an administrator or a command.
    public let isSelfRegistered: Bool
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
}

/// An account has another address, which is verified.
public struct EmailChanged: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The previous address, as its user entered it.
    public let oldEmail: String
    /// The new address.
    public let newEmail: EmailAddress
}

/// An account lost an address that it never verified to the owner of that address. Hooks cannot refuse it, since that
/// would keep the owner from the address.
public struct EmailReleased: Event {
    /// The account.
    public let user: UserReference
    /// The address that it lost, as its user entered it.
    public let oldEmail: String
}

/// The password of an account was set, changed or removed.
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
    /// The name of the former role.
    public let oldRole: String
    /// The name of the new role.
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

/// The row of an account is gone, with the data of all modules about it. It fires last in that transaction, so an
/// enqueued job is not deleted. The user's API keys are deleted with the account, without an event for each.
///
/// Hooks cannot refuse it: the account is erased because its user has a right to that, or because it never belonged to
/// the owner of its address.
public struct AccountErased: Event {
    /// The account.
    public let user: UserReference
}
