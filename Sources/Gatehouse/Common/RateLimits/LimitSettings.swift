/// The rate limits. The tiers of the routes select among these.
package struct LimitSettings: Sendable {
    /// Requests of one user.
    package var standard = RateLimit(count: 1000, period: 3600)
    /// Requests of one address without an account.
    package var anonymous = RateLimit(count: 100, period: 3600)
    /// Attempts of one address at one authentication route.
    package var authentication = RateLimit(count: 50, period: 900)
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

extension LimitSettings {
    /// Reads the limits.
    /// - Parameter mayBeOff: whether they may be lifted.
    /// - Returns: `nil` if they are lifted.
    static func read(from reader: inout SettingReader, mayBeOff: Bool) -> LimitSettings? {
        let isOn = reader.read(
            "GATEHOUSE_RATE_LIMITS", .switched, default: "on", "`off` lifts every limit; for development only.")
        if !isOn && !mayBeOff {
            reader.reject("GATEHOUSE_RATE_LIMITS may be off only where GATEHOUSE_ENVIRONMENT is development.")
        }
        let settings = LimitSettings(from: &reader)
        return isOn ? settings : nil
    }

    private init(from reader: inout SettingReader) {
        self.init()
        func read(_ name: String, _ limit: inout RateLimit, _ summary: String) {
            limit = reader.read("GATEHOUSE_LIMIT_" + name, .rateLimit, default: "\(limit)", summary)
        }
        read("STANDARD", &standard, "Requests of one user.")
        read("ANONYMOUS", &anonymous, "Requests of one address without an account.")
        read("AUTHENTICATION", &authentication, "Attempts of one address at one authentication route.")
        read("SESSION", &session, "Refreshes and sign-outs of one session.")
        read("UNKNOWN_SESSION", &unknownSession, "Refreshes and sign-outs of one address with unknown tokens.")
        read("SESSION_ADDRESS", &sessionAddress, "Refreshes and sign-outs of one address without an access token.")
        read("EMAIL", &email, "Mails to one address.")
        read("EXPENSIVE", &expensive, "Expensive requests of one user, such as exports.")
        read("SEARCH", &search, "Searches of one user.")
        store =
            reader.optional(
                "GATEHOUSE_RATE_LIMIT_STORE", .rateLimitStore, isSecret: true,
                """
                Where the cheap limits are counted: `local`, the default, or \
                `redis://[user:password@]host[:port][/db]` for several machines.
                """
            ) ?? .local
        reader.imply("local")
        file = reader.read(
            "GATEHOUSE_RATE_LIMIT_FILE", .text, default: "/run/gatehouse/limits",
            "The file through which the processes of a machine share the cheap limits.")
    }
}
