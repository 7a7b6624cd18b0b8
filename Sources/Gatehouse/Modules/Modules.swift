import Web

/// The one list of modules: their routes, their jobs, and what recurs.
struct Modules {
    let routes: [Route]
    /// Authentication is a step of the chain; what it asks is the module Auth's.
    let authenticator: Authenticator

    static let jobs: [any Job.Type] = [SendVerificationMail.self, SendReuseNotice.self, Purge.self]
    static let periodic = [PeriodicJob(Purge(), every: Purge.interval)]

    init(hasher: PasswordHasher, keys: KeyRing, readiness: Readiness, policy: SignInPolicy) {
        let tokens = AccessTokens(keys: keys, issuer: policy.publicURL, audience: policy.audience)
        let auth = AuthRoutes(
            registration: Registration(hasher: hasher),
            login: Login(hasher: hasher, tokens: tokens, requiresVerifiedEmail: policy.requiresVerifiedEmail),
            refresh: Refresh(tokens: tokens, publicURL: policy.publicURL))
        let api = auth.routes + UserRoutes().routes + SessionRoutes().routes
        routes = api.map { $0.under("/api/v1") } + OperationsRoutes(keys: keys, readiness: readiness).routes
        authenticator = Authenticator(tokens: tokens)
    }
}
