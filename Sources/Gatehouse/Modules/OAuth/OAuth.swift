import Database
import FoundationEssentials
import Web

/// Sign-in with other services: OpenID Connect providers, and GitHub.
struct OAuth: Module {
    static let tables = ["oauth_attempts", "oauth_codes", "oauth_documents"]
    static let settings: [any ModuleSettings.Type] = [OAuthSettings.self]
    static let auditActions: [AuditAction] = [.oauthRefused]
    static let jobs: [any Job.Type] = [SendIdentityNotice.self, RevokeProviderToken.self]
    static let outboundPurposes: [OutboundPurpose] = [.providers]
    static let checks: [ModuleCheck] = [.providers]
    static let expiredRows = [
        ExpiredRows("oauthAttempts") { limit, db in try OAuthAttemptRepository.purge(limit: limit, in: db) },
        ExpiredRows("oauthCodes") { limit, db in
            try db.transaction { db in try OAuthCodeRepository.purge(limit: limit, in: db) }
        },
    ]
    static let hooks: [Hook] = [
        .afterCommit(IdentityLinked.self) { event in
            guard event.isRequested else { return nil }
            return SendIdentityNotice(userID: event.user.id, provider: event.provider, isLinked: true, time: Date())
        },
        .afterCommit(IdentityUnlinked.self) { event in
            guard event.isRequested else { return nil }
            return SendIdentityNotice(userID: event.user.id, provider: event.provider, isLinked: false, time: Date())
        },
        Hook(IdentityUnlinked.self) { event, context in
            let identity = event.identity
            try OAuthCodeRepository.void(provider: identity.provider, subject: identity.subject, in: context.db)
            try RevokeProviderToken.enqueue(of: identity, in: context.db)
        },
        // An account that is restored gets a new token with the next sign-in.
        Hook(AccountDeleted.self) { event, context in
            for identity in try IdentityRepository.all(of: event.user.id, in: context.db) {
                try RevokeProviderToken.enqueue(of: identity, in: context.db)
            }
            try IdentityRepository.forgetTokens(of: event.user, in: context.db)
        },
    ]

    /// Deletes the codes about a user, and revokes the tokens of identities that are deleted with the user.
    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        for identity in try IdentityRepository.all(of: user.id, in: db) {
            try OAuthCodeRepository.remove(provider: identity.provider, subject: identity.subject, in: db)
            try RevokeProviderToken.enqueue(of: identity, in: db)
        }
        guard let found = try UserRepository.lockAny(user.id, in: db) else { return }
        try OAuthCodeRepository.remove(forOwnerOf: found.user.emailKey, in: db)
    }

    let providers: Providers
    let authorization: Authorization
    let callback: Callback
    let exchange: CodeExchange
    let linking: Linking
    let hooks: Hooks

    init(_ services: Services) throws {
        hooks = services.hooks
        providers = try Providers(services)
        authorization = Authorization(providers: providers)
        callback = Callback(
            providers: providers,
            signIn: ProviderSignIn(
                providers: providers, policy: try SignInPolicy(services), limits: services.limits,
                lockout: try Lockout(services),
                browsers: RegistrationCookie(masterKeys: services.masterKeys), erasure: services.modules,
                hooks: services.hooks))
        exchange = CodeExchange(providers: providers, sessions: try SessionStart(services))
        linking = Linking(providers: providers, erasure: services.modules, hooks: services.hooks)
    }
}
