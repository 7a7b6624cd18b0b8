/// The limits of failed passwords. With the other limits, `GATEHOUSE_RATE_LIMITS` lifts them.
struct LockoutSettings: ModuleSettings {
    /// Failures at one account from one network, or in one session.
    let failures: RateLimit
    /// Failures at one account from a device that has signed in to it.
    let deviceFailures: RateLimit

    init(from reader: inout SettingReader) {
        failures = reader.read(
            "GATEHOUSE_LIMIT_FAILURES", .rateLimit, default: "5/15m",
            "Failed passwords for one account from one network.")
        deviceFailures = reader.read(
            "GATEHOUSE_LIMIT_DEVICE_FAILURES", .rateLimit, default: "10/15m",
            "Failed passwords for one account from a device that has signed in to it.")
    }
}
