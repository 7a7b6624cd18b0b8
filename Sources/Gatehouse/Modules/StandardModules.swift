extension Modules {
    /// The modules of Gatehouse, in the order of routes in the document, of sections in exports, and of erasures.
    static let ofGatehouse: [any Module.Type] = [
        OneTimeTokens.self,
        Registration.self,
        SignIn.self,
        PasswordReset.self,
        Reauthentication.self,
        PasswordCheck.self,
        RegistrationRules.self,
        Links.self,
        Users.self,
        Account.self,
        OAuth.self,
        Sessions.self,
        UserAdministration.self,
        Roles.self,
        AuditReading.self,
        Organizations.self,
        Projects.self,
        APIKeys.self,
        Webhooks.self,
        Operations.self,
        MetricsReading.self,
    ]
}
