extension Modules {
    /// The modules of Gatehouse. The document lists their routes in this order, exports and erasures follow it.
    static let ofGatehouse: [any Module.Type] = [
        OneTimeTokens.self,
        Registration.self,
        SignIn.self,
        PasswordReset.self,
        PasswordCheck.self,
        RegistrationRules.self,
        Links.self,
        Users.self,
        Account.self,
        Sessions.self,
        UserAdministration.self,
        Roles.self,
        AuditReading.self,
        Organizations.self,
        Projects.self,
        APIKeys.self,
        Operations.self,
    ]
}
