/// A user can sign in by a provider: the account there was linked to the user's.
public struct IdentityLinked: RefusableEvent {
    /// The account.
    public let user: UserReference
    /// The id of the provider in the settings.
    public let provider: String
}

/// A user can no longer sign in by a provider. It does not fire when the whole account is erased.
///
/// Hooks cannot refuse it, since that would keep a stranger's way into an account.
public struct IdentityUnlinked: Event {
    /// The account.
    public let user: UserReference
    /// The id of the provider in the settings.
    public let provider: String
    /// The former identity, for the module that revokes its token.
    let identity: Identity
}
