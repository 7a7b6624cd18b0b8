/// What users do with their own account beyond reading and editing it: password, address, deletion, export.
struct Account: Module {
    static let jobs: [any Job.Type] = [
        SendPasswordChangedNotice.self, SendEmailChangeMail.self, SendEmailChangeNotice.self,
        SendAccountDeletedNotice.self, EraseDeletedAccounts.self,
    ]
    static let recurringJobs = [PeriodicJob(EraseDeletedAccounts(), every: EraseDeletedAccounts.interval)]

    let passwordChange: PasswordChange
    let emailChange: EmailChange
    let deletion: AccountDeletion
    let export: AccountExport

    init(_ services: Services) {
        let reauthentication = Reauthentication(services)
        passwordChange = PasswordChange(
            hasher: services.hasher, passwords: services.passwords, reauthentication: reauthentication)
        emailChange = EmailChange(services)
        deletion = AccountDeletion(reauthentication: reauthentication, rule: services.rule)
        export = AccountExport(sections: services.modules.exportSections)
    }
}

extension Reauthentication {
    init(_ services: Services) {
        self.init(hasher: services.hasher, lockout: Lockout(limits: services.limits))
    }
}

extension EmailChange {
    init(_ services: Services) {
        self.init(
            reauthentication: Reauthentication(services), limits: services.limits, proof: LinkProof(services),
            devices: DeviceCookie(masterKeys: services.masterKeys), erasure: services.modules)
    }
}
