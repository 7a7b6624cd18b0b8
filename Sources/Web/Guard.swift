/// Who may use a route. The chain checks it before the handler runs; what is not declared is refused.
public enum Guard: String, Sendable, CaseIterable {
    /// Anyone. A token sent along is not looked at.
    case `public`
    /// Whoever is signed in; the handler reaches only what belongs to the caller.
    case user
}

/// How much one caller may ask of a route.
public enum Tier: String, Sendable, CaseIterable {
    /// Signed-in use.
    case standard
    /// Use without an account.
    case anonymous
    /// Attempts to prove who one is.
    case authentication
    /// Keeping a session alive, or ending it.
    case session
    /// What sends mail to an address.
    case emailSending = "email-sending"
    /// What costs much to answer.
    case expensive
    /// Probes and public documents, which are not limited.
    case unlimited
}
