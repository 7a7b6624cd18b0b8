import FoundationEssentials

/// Actions on one's own account besides reading and editing: password, address, deletion, export.
struct Account: Module {
    static let auditActions: [AuditAction] = [.userExported]
    static let hooks: [Hook] = [
        .afterCommit(EmailChanged.self) { event in
            SendEmailChangeNotice(to: event.before, newEmail: event.newEmail.entered, isDone: true)
        },
        .afterCommit(AccountDeleted.self) { event in
            guard event.cause == .request else { return nil }
            return SendAccountDeletedNotice(
                userID: event.user.id, erasedOn: Date().addingTimeInterval(Double(AccountDeletion.graceDays) * 86_400))
        },
    ]
    static let jobs: [any Job.Type] = [
        SendEmailChangeMail.self, SendEmailChangeNotice.self, SendAccountDeletedNotice.self, EraseDeletedAccounts.self,
    ]
    static let recurringJobs = [PeriodicJob(EraseDeletedAccounts(), every: EraseDeletedAccounts.interval)]

    let passwordChange: PasswordChange
    let emailChange: EmailChange
    let deletion: AccountDeletion
    let export: AccountExport
    let hooks: Hooks

    init(_ services: Services) throws {
        hooks = services.hooks
        let reauthentication = try ReauthenticationService(services)
        passwordChange = PasswordChange(
            hasher: services.hasher, passwords: services.passwords, reauthentication: reauthentication,
            hooks: services.hooks)
        emailChange = try EmailChange(services)
        deletion = AccountDeletion(
            reauthentication: reauthentication, rule: try SignInRule(services.settings), hooks: services.hooks)
        export = AccountExport(sections: services.modules.exportSections)
    }
}

extension EmailChange {
    init(_ services: Services) throws {
        self.init(
            reauthentication: try ReauthenticationService(services), limits: services.limits,
            proof: try PasswordProof(services),
            devices: DeviceCookie(masterKeys: services.masterKeys), erasure: services.modules, hooks: services.hooks)
    }
}
