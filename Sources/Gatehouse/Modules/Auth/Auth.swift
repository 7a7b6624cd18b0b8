/// Registration, verification, sign-in, rotation, sign-out, password reset.
struct Auth: Module {
    static let jobs: [any Job.Type] = [
        SendVerificationMail.self, CompleteRegistration.self, SendAlreadyRegistered.self, SendReuseNotice.self,
        SendSignInAttemptsNotice.self, SendPasswordResetMail.self, SendAccountInvitation.self,
    ]
    static let settings: [any ModuleSettings.Type] = [RefreshSettings.self]
    static let exportSections = [
        ExportSection("mailLinks", "Of their tokens only hashes are held.") { subject, last in
            try OneTimeTokenRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db) as [MailLink]
        }
    ]
    static let expiredRows = [
        ExpiredRows("oneTimeTokens") { limit, db in try OneTimeTokenRepository.purge(limit: limit, in: db) }
    ]

    let registration: Registration
    let verification: EmailVerification
    let login: Login
    let refresh: Refresh
    let logout: Logout
    let passwordReset: PasswordReset
    let passwordCheck: PasswordCheck
    let hooks: Hooks

    init(_ services: Services) throws {
        let policy = try SignInPolicy(services)
        hooks = services.hooks
        registration = Registration(services)
        passwordReset = PasswordReset(services)
        verification = EmailVerification(services)
        login = Login(
            hasher: services.hasher, tokens: services.tokens, lockout: Lockout(limits: services.limits),
            devices: DeviceCookie(masterKeys: services.masterKeys), policy: policy, hooks: services.hooks)
        refresh = Refresh(tokens: services.tokens, limits: services.limits, policy: policy)
        logout = Logout(
            tokens: services.tokens, keys: services.keys, limits: services.limits, publicURL: services.publicURL,
            hooks: services.hooks)
        passwordCheck = PasswordCheck(passwords: services.passwords)
    }
}

extension Registration {
    init(_ services: Services) {
        self.init(
            hasher: services.hasher, passwords: services.passwords, limits: services.limits,
            browsers: RegistrationCookie(masterKeys: services.masterKeys),
            hidesExistence: services.signIn.hidesAccountExistence, erasure: services.modules, hooks: services.hooks)
    }
}

extension PasswordReset {
    init(_ services: Services) {
        self.init(
            hasher: services.hasher, passwords: services.passwords, limits: services.limits,
            lockout: Lockout(limits: services.limits), hooks: services.hooks)
    }
}

extension EmailVerification {
    init(_ services: Services) {
        self.init(
            limits: services.limits, proof: LinkProof(services),
            browsers: RegistrationCookie(masterKeys: services.masterKeys), passwordReset: PasswordReset(services),
            hooks: services.hooks)
    }
}

extension LinkProof {
    init(_ services: Services) {
        self.init(hasher: services.hasher, lockout: Lockout(limits: services.limits))
    }
}
