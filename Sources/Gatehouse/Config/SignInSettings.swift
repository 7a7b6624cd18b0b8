/// The settings for signing in and registering.
struct SignInSettings: Sendable {
    let requiresVerifiedEmail: Bool
    let hidesAccountExistence: Bool
    let breachCheckURL: String?
}

extension SignInSettings {
    init(from reader: inout SettingReader) {
        requiresVerifiedEmail = reader.read(
            "GATEHOUSE_REQUIRE_VERIFIED_EMAIL", .boolean, default: "true",
            "Whether signing in needs a verified address.")
        hidesAccountExistence = reader.read(
            "GATEHOUSE_HIDE_ACCOUNT_EXISTENCE", .boolean, default: "false",
            "Whether registration answers a taken address as if it were free, and tells its owner by mail.")
        if hidesAccountExistence && !requiresVerifiedEmail {
            reader.reject(
                """
                GATEHOUSE_HIDE_ACCOUNT_EXISTENCE needs GATEHOUSE_REQUIRE_VERIFIED_EMAIL: otherwise a sign-in right \
                after registration reveals whether the address was free.
                """)
        }
        breachCheckURL = reader.optional(
            "GATEHOUSE_BREACH_CHECK_URL", .rangeURL,
            "A range service for breached passwords, such as `https://api.pwnedpasswords.com/range/`; none by default.")
    }
}

extension SettingKind where Value == String {
    /// The URL of a service, to which a path is appended.
    static let rangeURL = SettingKind(
        expectation: "an https URL that ends with a slash, or an http one of 127.0.0.1", standIn: ""
    ) { text in
        let isAcceptable = text.hasPrefix("https://") || text.hasPrefix("http://127.0.0.1:")
        let isPlain = text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains("?") && !text.contains("#")
        return isAcceptable && isPlain && text.hasSuffix("/") && text.utf8.count <= 2048 ? text : nil
    }
}
