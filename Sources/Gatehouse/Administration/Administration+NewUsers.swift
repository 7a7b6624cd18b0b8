import Database
import FoundationEssentials
import Logging
package import Web

extension Administration {
    /// A new account.
    package struct NewUser {
        /// The address, as its owner writes it.
        package let email: String
        /// The name that others see.
        package let name: String
        /// The name of a role.
        package let role: String
        /// Whether the address counts as verified; if not, and if there is a password, a link to verify it is mailed.
        package let isVerified: Bool
        /// Called once address, name and role have been checked; `nil` for an account whose owner is invited by mail to
        /// set the first one.
        package let password: () throws -> String?

        /// Describes an account.
        package init(
            email: String, name: String, role: String, isVerified: Bool,
            password: @autoclosure @escaping () throws -> String?
        ) {
            self.email = email
            self.name = name
            self.role = role
            self.isVerified = isVerified
            self.password = password
        }
    }

    /// Makes an account.
    package func createUser(_ new: NewUser) throws -> JSON {
        guard let address = EmailAddress(new.email) else { throw AdministrationError.notAnAddress(new.email) }
        if let rejection = Field<String>.name.rejection(of: .string(new.name)) {
            throw AdministrationError.unacceptableName(rejection.message)
        }
        let name = try new.name.nfc
        try requireRole(new.role)
        let password = try new.password()
        let passwordHash = try password.map { try hash($0, email: address.entered, name: name) }
        let id = UUID.v7()
        do {
            return try db.transaction { db in
                let new = NewAccount(
                    email: address, name: name, role: new.role, isVerified: new.isVerified, passwordHash: passwordHash)
                let account = try AccountCreation.run(
                    new, as: id, by: .command, origin: .command, erasure: modules, telling: hooks, in: db)
                return ["data": account.json]
            }
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            throw AdministrationError.emailTaken(address.entered)
        }
    }

    /// Sets a password. Existing sessions and links end, failed attempts are cleared, and a mail tells the user.
    /// - Parameters:
    ///   - password: called once the account has been found.
    ///   - revokesAPIKeys: whether to revoke the user's API keys too.
    package func setPassword(
        of reference: String, to password: @autoclosure () throws -> String, revokesAPIKeys: Bool = false
    ) throws -> JSON {
        let account = try find(reference).user
        guard account.status != .deleted else { throw AdministrationError.deleted(account) }
        let passwordHash = try hash(password(), email: account.email, name: account.name)
        return try change(reference) { account, db in
            let user = account.user
            let isFirst = try UserRepository.findAny(publicID: user.publicID, in: db)?.hasPassword == false
            try UserRepository.setPassword(
                user.reference, to: passwordHash, isFirst: isFirst, by: .command, telling: hooks, in: db)
            let lockout = Lockout(
                limits: Limits(settings: LimitSettings(), limiter: nil, codes: LimitCodes(settings.masterKeys)),
                settings: try settings.ofModules(LockoutSettings.self))
            try PasswordUpdate.finish(
                of: user, ending: revokesAPIKeys ? .apiKeys : .sessions, by: .command,
                clearing: lockout, telling: hooks, in: db)
        }
    }

    /// Checks a password with the policy of the API, and hashes it.
    private func hash(_ password: String, email: String, name: String) throws -> String {
        let logFile = try LogFile(path: nil)
        let log = Logger(label: "gatehouse") { _ in JSONLogHandler(file: logFile, level: .warning) }
        // A command may run under an account that cannot use the file of circuits.
        var outboundSettings = settings.outbound
        outboundSettings.circuitsFile = nil
        let outbound = try Outbound(outboundSettings, masterKeys: settings.masterKeys, log: log)
        let policy = PasswordPolicy(
            breachCheck: settings.breachCheckURL.map { BreachCheck(baseURL: $0, outbound: outbound, log: log) })
        do {
            try policy.require(password, in: "password", email: email, name: name)
        } catch {
            throw AdministrationError.unacceptablePassword(error.details.first?.message ?? error.message)
        }
        var single = settings.passwords
        single.threads = 1
        let hasher = try PasswordHasher(single)
        try hasher.start()
        defer { hasher.shutdown() }
        return try hasher.hash(password)
    }
}
