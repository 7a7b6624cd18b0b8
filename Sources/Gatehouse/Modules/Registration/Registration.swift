/// Registration, and verification of addresses. A new account cannot be used before its address is verified, unless the
/// settings say otherwise.
struct Registration: Module {
    static let events: [any Event.Type] = [RegistrationRequested.self, RegistrationRejected.self]
    static let hooks: [Hook] = [
        .afterCommit(AccountCreated.self) { event in
            event.isVerified || event.isInvited ? nil : SendVerificationMail(emailKey: event.email.key)
        }
    ]
    static let jobs: [any Job.Type] = [
        SendVerificationMail.self, CompleteRegistration.self, SendAlreadyRegistered.self,
    ]

    let service: RegistrationService
    let verification: EmailVerification
    let hooks: Hooks

    init(_ services: Services) throws {
        hooks = services.hooks
        service = RegistrationService(
            hasher: services.hasher, passwords: services.passwords, limits: services.limits,
            browsers: RegistrationCookie(masterKeys: services.masterKeys),
            hidesExistence: try services.settings(SignInSettings.self).hidesAccountExistence,
            erasure: services.modules, hooks: services.hooks)
        verification = try EmailVerification(services)
    }
}
