import Web

/// What modules are made from: what the threads of a process share.
struct Services {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let keys: KeyRing
    let roles = RolePermissions()
    let devices: DeviceCookie
    let registrations: RegistrationCookie
    let limits: Limits
    let lists: Lists
    let readiness: Readiness
    let policy: SignInPolicy
}

/// The one list of modules: their routes, their jobs, and what recurs.
struct Modules {
    let routes: [Route]
    /// Authentication is a step of the chain; what it asks is of the modules Auth and APIKeys.
    let authenticator: Authenticator
    let apiKeys: APIKeyAuthenticator

    static let jobs: [any Job.Type] = [
        SendVerificationMail.self, CompleteRegistration.self, SendAlreadyRegistered.self, SendReuseNotice.self,
        SendSignInAttemptsNotice.self, SendPasswordResetMail.self, SendPasswordChangedNotice.self,
        SendAccountInvitation.self, SendEmailChangeMail.self, SendEmailChangeNotice.self, SendAccountDeletedNotice.self,
        EraseDeletedAccounts.self, EraseAuditAddresses.self, SendInvitation.self, SendAPIKeyNotice.self,
        PurgeOrganization.self, PurgeProjects.self, WriteUserWords.self, Purge.self,
    ]
    static let periodic = [
        PeriodicJob(Purge(), every: Purge.interval),
        PeriodicJob(EraseDeletedAccounts(), every: EraseDeletedAccounts.interval),
        PeriodicJob(PurgeProjects(), every: PurgeProjects.interval),
        PeriodicJob(WriteUserWords(), every: WriteUserWords.interval),
    ]

    init(_ services: Services) {
        let tokens = AccessTokens(
            keys: services.keys, issuer: services.policy.publicURL, audience: services.policy.audience)
        let lockout = Lockout(limits: services.limits)
        let lists = services.lists
        let auth = Self.auth(services, tokens, lockout)
        let account = Self.account(services, lockout)
        let api = [
            auth.routes,
            LinkRoutes(
                linkCheck: LinkCheck(
                    verification: auth.verification, emailChange: account.emailChange, rule: services.policy.rule)
            ).routes,
            UserRoutes().routes,
            account.routes,
            SessionRoutes(lists: lists).routes,
            UserAdministrationRoutes(
                service: UserAdministrationService(
                    hasher: services.hasher, passwords: services.passwords, lists: lists, rule: services.policy.rule)
            ).routes,
            RoleRoutes(service: RoleService(lists: lists)).routes,
            AuditRoutes(lists: lists).routes,
            OrganizationRoutes(lists: lists, limits: services.limits, rule: services.policy.rule).routes,
            ProjectRoutes(service: ProjectService(lists: lists)).routes,
            APIKeyRoutes(service: APIKeyService(lists: lists)).routes,
        ].flatMap { $0 }
        routes =
            api.map { $0.under("/api/v1") }
            + OperationsRoutes(keys: services.keys, readiness: services.readiness).routes
        authenticator = Authenticator(tokens: tokens, keys: services.keys, roles: services.roles)
        apiKeys = APIKeyAuthenticator(roles: services.roles)
    }

    private static func auth(_ services: Services, _ tokens: AccessTokens, _ lockout: Lockout) -> AuthRoutes {
        let passwordReset = PasswordReset(
            hasher: services.hasher, passwords: services.passwords, limits: services.limits, lockout: lockout)
        return AuthRoutes(
            registration: Registration(
                hasher: services.hasher, passwords: services.passwords, limits: services.limits,
                browsers: services.registrations, hidesExistence: services.policy.hidesAccountExistence),
            verification: EmailVerification(
                limits: services.limits, proof: LinkProof(hasher: services.hasher, lockout: lockout),
                browsers: services.registrations, passwordReset: passwordReset),
            login: Login(
                hasher: services.hasher, tokens: tokens, lockout: lockout, devices: services.devices,
                policy: services.policy),
            refresh: Refresh(tokens: tokens, limits: services.limits, policy: services.policy),
            logout: Logout(
                tokens: tokens, keys: services.keys, limits: services.limits, publicURL: services.policy.publicURL),
            passwordReset: passwordReset,
            passwordCheck: PasswordCheck(passwords: services.passwords))
    }

    private static func account(_ services: Services, _ lockout: Lockout) -> AccountRoutes {
        let reauthentication = Reauthentication(hasher: services.hasher, lockout: lockout)
        return AccountRoutes(
            passwordChange: PasswordChange(
                hasher: services.hasher, passwords: services.passwords, reauthentication: reauthentication),
            emailChange: EmailChange(
                reauthentication: reauthentication, limits: services.limits,
                proof: LinkProof(hasher: services.hasher, lockout: lockout), devices: services.devices),
            deletion: AccountDeletion(reauthentication: reauthentication, rule: services.policy.rule))
    }
}
