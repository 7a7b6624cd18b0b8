/// The settings for signing in and registering.
struct SignInSettings: ModuleSettings {
    /// Whether an address must be verified before its user can sign in.
    let requiresVerifiedEmail: Bool
    /// Whether registration must not reveal if an address has an account.
    let hidesAccountExistence: Bool
    /// The providers by which users can sign in, in the order in which pages show them.
    let providers: [String]

    init(from reader: inout SettingReader) {
        requiresVerifiedEmail = reader.read(
            "GATEHOUSE_REQUIRE_VERIFIED_EMAIL", .boolean, default: "true",
            "Whether signing in needs a verified address.")
        hidesAccountExistence = reader.read(
            "GATEHOUSE_HIDE_ACCOUNT_EXISTENCE", .boolean, default: "false",
            "Whether registration answers a taken address as if it were free, and tells its owner by mail.")
        providers =
            reader.optional(
                Self.providersName, .providerNames,
                """
                The providers by which users can sign in, separated by commas: `google`, `github`, `microsoft`, \
                `apple`, `gitlab`, and names of your own for others; none by default.
                """) ?? []
        if hidesAccountExistence && !requiresVerifiedEmail {
            reader.reject(
                """
                GATEHOUSE_HIDE_ACCOUNT_EXISTENCE needs GATEHOUSE_REQUIRE_VERIFIED_EMAIL: otherwise a sign-in right \
                after registration reveals whether the address was free.
                """)
        }
    }

    /// The name of the setting that lists the providers.
    static let providersName = "GATEHOUSE_PROVIDERS"
}

extension SettingKind where Value == [String] {
    /// Names of providers, each once.
    static let providerNames = SettingKind(
        expectation: """
            at most 32 names such as google, separated by commas: lower-case letters, digits and hyphens, at most 32, \
            with a letter first
            """, standIn: []
    ) { text in
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let isAcceptable = names.count <= 32 && Set(names).count == names.count && names.allSatisfy(isProviderName)
        return isAcceptable ? names : nil
    }

    private static func isProviderName(_ text: String) -> Bool {
        text.utf8.count <= 32 && text.utf8.first.map(isLetter) == true
            && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
