/// What the settings say about signing in.
struct SignInPolicy: Sendable {
    /// The origin users see: the issuer of tokens.
    let publicURL: String
    /// Whether an address must be verified before it signs in.
    let requiresVerifiedEmail: Bool
    /// Whether registration must not tell if an address has an account.
    let hidesAccountExistence: Bool
    /// How long after its use a refresh token still gets the same successor, in seconds: a lost answer, two tabs.
    let refreshGrace: Int

    init(_ services: Services) throws {
        publicURL = services.publicURL
        requiresVerifiedEmail = services.signIn.requiresVerifiedEmail
        hidesAccountExistence = services.signIn.hidesAccountExistence
        refreshGrace = try services.settings(RefreshSettings.self).grace
    }
}
