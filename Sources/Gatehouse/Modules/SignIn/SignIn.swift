/// Sign-in, rotation of tokens, sign-out.
struct SignIn: Module {
    static let tables = ["refresh_tokens"]
    static let settings: [any ModuleSettings.Type] = [RefreshSettings.self, LockoutSettings.self]
    static let auditActions: [AuditAction] = [
        .passwordRefused, .loginFailed, .loginRefused, .loginLocked, .tokenRefreshed,
    ]
    static let jobs: [any Job.Type] = [SendReuseNotice.self, SendSignInAttemptsNotice.self]

    let login: Login
    let refresh: Refresh
    let logout: Logout
    let hooks: Hooks

    init(_ services: Services) throws {
        let policy = try SignInPolicy(services)
        hooks = services.hooks
        login = Login(
            hasher: services.hasher, lockout: try Lockout(services), sessions: try SessionStart(services))
        refresh = Refresh(tokens: services.tokens, limits: services.limits, policy: policy, hooks: services.hooks)
        logout = Logout(
            tokens: services.tokens, keys: services.keys, limits: services.limits, publicURL: services.publicURL,
            hooks: services.hooks)
    }
}
