/// The settings for signing in and registering.
struct SignInSettings: ModuleSettings {
    /// Whether an address must be verified before its user can sign in.
    let requiresVerifiedEmail: Bool
    /// Whether registration must not reveal if an address has an account.
    let hidesAccountExistence: Bool

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
    }
}
