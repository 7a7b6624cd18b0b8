public import Web

/// The rate limit of a route for one caller.
public enum Tier: String, RouteTier, CaseIterable {
    /// Signed-in use.
    case standard
    /// Use without an account.
    case anonymous
    /// Attempts to authenticate.
    case authentication
    /// Refreshing a session, or ending it.
    case session
    /// Requests that send mail to an address.
    case emailSending = "email-sending"
    /// Requests that are expensive to answer.
    case expensive
    /// Probes and public documents, which are not limited.
    case unlimited
}
