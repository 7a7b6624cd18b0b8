extension LimitSettings {
    /// Reads the limits.
    /// - Returns: `nil` if they are lifted.
    static func read(from reader: inout SettingReader, _ environment: Settings.Environment) -> LimitSettings? {
        let isOn = reader.read(
            "GATEHOUSE_RATE_LIMITS", .switched, default: "on", "`off` lifts every limit; for development only.")
        if !isOn && environment != .development {
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
        read("FAILURES", &failures, "Failed passwords for one account from one network.")
        read(
            "DEVICE_FAILURES", &deviceFailures,
            "Failed passwords for one account from a device that has signed in to it.")
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

extension SettingKind where Value == RateLimit {
    static let rateLimit = SettingKind(
        expectation: "a number and a period such as 100/1h, with the units s, m, h and d",
        standIn: RateLimit(count: 1, period: 1), parse: RateLimit.init)
}

extension SettingKind where Value == RateLimitStore {
    static let rateLimitStore = SettingKind(
        expectation: "local or redis://[user:password@]host[:port][/db]", standIn: .local
    ) { text in text == "local" ? .local : RedisAddress(text).map { .redis($0) } }
}
