import Database
package import FoundationEssentials
package import Web

extension Administration {
    /// The roles that every installation has; it can have others.
    package static let builtInRoles = BuiltInRole.allCases.map(\.rawValue)
    /// Whether an account may be used: the words of `status`.
    package static let statuses = User.Status.allCases.map(\.rawValue)

    /// The filter of a list of accounts.
    package struct UserFilter {
        /// One of `statuses`.
        package var status: String?
        /// The name of a role.
        package var role: String?
        /// The beginning of the address, in any case, with the domain in its own script or as A-labels.
        package var emailPrefix: String?
        /// The id of the account after which to continue.
        package var after: UUID?
        /// The maximum number of accounts.
        package var limit: Int

        /// Selects every account.
        package init(limit: Int) {
            self.limit = limit
        }
    }

    /// Accounts in the order of their creation; `meta.more` tells whether there are more, and `meta.next` is the id
    /// after which to continue, or `null` at the end.
    package func listUsers(_ filter: UserFilter) throws -> JSON {
        if let role = filter.role { try requireRole(role) }
        let start = try filter.after.map { id in
            guard let account = try UserRepository.findAny(publicID: id, in: db) else {
                throw AdministrationError.noSuchUser(id.text)
            }
            return account.user.id
        }
        let found = try UserRepository.list(
            status: filter.status, role: filter.role, emailPrefix: filter.emailPrefix, after: start,
            limit: filter.limit + 1, in: db)
        let page = found.prefix(filter.limit)
        let next = found.count > filter.limit ? page.last?.user.publicID : nil
        return ["data": .array(page.map(\.json)), "meta": ["more": .bool(next != nil), "next": next.json]]
    }

    /// One account, with the number of its live sessions, its last sign-in, and its rejection.
    /// - Parameter reference: its address or its id.
    package func showUser(_ reference: String) throws -> JSON {
        let account = try find(reference)
        return [
            "data": UserDetails(
                account: account, liveSessions: try SessionRepository.count(of: account.user.id, in: db),
                lastSignInAt: try Audit.last(.loginSucceeded, of: account.user.publicID, in: db),
                rejectedAt: try Audit.last(.userRejected, of: account.user.publicID, in: db)
            ).json
        ]
    }

    /// Suspends an account; its sessions end at once.
    /// - Parameter force: whether to do it even for the last active administrator.
    package func suspendUser(_ reference: String, force: Bool) throws -> JSON {
        try change(reference) { account, db in
            try AccountStanding.suspend(account, by: .command(isForced: force), telling: hooks, in: db)
        }
    }

    /// Ends the sessions of an account; `meta` has their number.
    /// - Parameter revokesAPIKeys: whether to revoke the user's API keys too.
    package func revokeSessions(of reference: String, revokesAPIKeys: Bool) throws -> JSON {
        var ended = (sessions: 0, apiKeys: 0)
        let answer = try change(reference) { account, db in
            ended = try AccountStanding.endSessions(
                of: account, revokingAPIKeys: revokesAPIKeys, by: .command, telling: hooks, in: db)
        }
        let meta: JSON = ["endedSessions": .integer(ended.sessions), "revokedApiKeys": .integer(ended.apiKeys)]
        return ["data": answer["data"] ?? .null, "meta": meta]
    }

    /// Reactivates a suspended account, and restores a deleted one during its grace.
    package func activateUser(_ reference: String) throws -> JSON {
        try change(reference, evenDeleted: true) { account, db in
            try AccountStanding.activate(account, by: .command, telling: hooks, in: db)
        }
    }

    /// Changes the role of an account. Its access tokens have the old role and are refused at once; its sessions
    /// continue.
    /// - Parameters:
    ///   - role: the name of a role.
    ///   - force: whether to do it even for the last active administrator.
    package func setRole(of reference: String, to role: String, force: Bool) throws -> JSON {
        try change(reference) { account, db in
            if account.user.role != role { try requireRole(role) }
            try AccountStanding.setRole(of: account, to: role, by: .command(isForced: force), telling: hooks, in: db)
        }
    }

    /// Deletes an account as its user could: it cannot be used, and is erased after its grace.
    /// - Parameter force: whether to do it even for the last active administrator, or for the last owner of an
    ///   organization, which gets another owner when the account is erased.
    package func deleteUser(_ reference: String, force: Bool) throws -> JSON {
        try change(reference, evenDeleted: true) { account, db in
            _ = try AccountDeletion.delete(
                account, by: .command(isForced: force), counting: rule, telling: hooks, in: db)
        }
    }

    /// Finds an account by its address or its id, even if it is deleted.
    func find(_ reference: String) throws -> AdministeredUser {
        let account: AdministeredUser?
        if let address = EmailAddress(ofAccount: reference) {
            account = try UserRepository.findAny(emailKey: UserRepository.key(of: address, in: db), in: db)
        } else if let id = UUID(uuidString: reference) {
            account = try UserRepository.findAny(publicID: id, in: db)
        } else {
            throw AdministrationError.notAUser(reference)
        }
        guard let account else { throw AdministrationError.noSuchUser(reference) }
        return account
    }

    /// Changes an account under its lock, and returns its new state.
    func change(
        _ reference: String, evenDeleted: Bool = false,
        _ body: (AccountLock, Connection) throws -> Void
    ) throws -> JSON {
        let id = try find(reference).user.id
        return try db.transaction { db in
            guard let account = try AccountLock(id, counting: rule, in: db) else {
                throw AdministrationError.noSuchUser(reference)
            }
            let user = account.user
            guard evenDeleted || user.status != .deleted else { throw AdministrationError.deleted(user) }
            do {
                try body(account, db)
            } catch let refusal as AccountRefusal {
                throw AdministrationError(refusal, of: user)
            }
            guard let changed = try UserRepository.findAny(publicID: user.publicID, in: db) else {
                throw RowVanished()
            }
            return ["data": changed.json]
        }
    }

    func requireRole(_ name: String) throws {
        guard try RoleRepository(catalogue: modules.permissions).find(named: name, in: db) != nil else {
            throw AdministrationError.noSuchRole(name)
        }
    }
}
