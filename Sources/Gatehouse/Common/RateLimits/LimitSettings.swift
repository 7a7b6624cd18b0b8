/// The rate limits. The tiers of the routes select among these.
package struct LimitSettings: Sendable {
    /// Requests of one user.
    package var standard = RateLimit(count: 1000, period: 3600)
    /// Requests of one address without an account.
    package var anonymous = RateLimit(count: 100, period: 3600)
    /// Attempts of one address at one authentication route.
    package var authentication = RateLimit(count: 50, period: 900)
    /// Failures at one account from one network.
    package var failures = RateLimit(count: 5, period: 900)
    /// Failures at one account from a device that has signed in to it.
    package var deviceFailures = RateLimit(count: 10, period: 900)
    /// Refreshes and sign-outs of one session.
    package var session = RateLimit(count: 60, period: 3600)
    /// Refreshes and sign-outs of one address with unknown tokens.
    package var unknownSession = RateLimit(count: 50, period: 900)
    /// Refreshes and sign-outs of one address without an access token.
    package var sessionAddress = RateLimit(count: 300, period: 60)
    /// Mails to one address.
    package var email = RateLimit(count: 3, period: 3600)
    /// Expensive requests of one user.
    package var expensive = RateLimit(count: 10, period: 3600)
    /// Searches of one user.
    package var search = RateLimit(count: 100, period: 60)

    /// Where the cheap limits are counted.
    package var store = RateLimitStore.local
    /// The file through which the processes of a machine share the cheap limits.
    package var file = "/run/gatehouse/limits"

    /// Makes the default limits.
    package init() {}
}
