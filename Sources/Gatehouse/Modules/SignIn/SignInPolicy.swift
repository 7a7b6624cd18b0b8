/// The settings for signing in.
struct SignInPolicy: Sendable {
    /// The origin that users see: the issuer of tokens.
    let publicURL: String
    /// Whether an address must be verified before its user can sign in.
    let requiresVerifiedEmail: Bool
    /// Whether registration must not reveal if an address has an account.
    let hidesAccountExistence: Bool
    /// The time after its use for which a refresh token still gets the same successor, in seconds, for lost answers and
    /// second tabs.
    let refreshGrace: Int

    init(_ services: Services) throws {
        let settings = try services.settings(SignInSettings.self)
        publicURL = services.publicURL
        requiresVerifiedEmail = settings.requiresVerifiedEmail
        hidesAccountExistence = settings.hidesAccountExistence
        refreshGrace = try services.settings(RefreshSettings.self).grace
    }
}
