extension Modules {
    /// The modules of this program. The document lists their routes in this order, exports and erasures follow it.
    static let standard = Modules([
        Auth.self,
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
    ])
}
