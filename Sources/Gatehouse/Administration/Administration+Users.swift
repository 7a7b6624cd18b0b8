import Database
package import FoundationEssentials
package import Web

extension Administration {
    /// The roles that every installation has; it can have others.
    package static let builtInRoles = BuiltInRole.allCases.map(\.rawValue)
    /// Whether an account may be used: the words of `status`.
    package static let statuses = User.Status.allCases.map(\.rawValue)

    /// Which accounts to list.
    package struct UserFilter {
        /// One of `statuses`.
        package var status: String?
        /// The name of a role.
        package var role: String?
        /// What the address begins with, in whatever case, its domain in its own script or as A-labels.
        package var emailPrefix: String?
        /// The id of the account after which to go on.
        package var after: UUID?
        /// How many at most.
        package var limit: Int

        /// Selects every account.
        package init(limit: Int) {
            self.limit = limit
        }
    }

    /// Accounts in the order they were made; `meta.more` tells whether there are more, and `meta.next`
    /// is the id to go on after, or `null` at the end.
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

    /// One account, with how many live sessions it has, when it last signed in, and when it was rejected.
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

    /// Forbids the use of an account: its sessions end at once.
    /// - Parameter force: also where it is the last active administrator.
    package func suspendUser(_ reference: String, force: Bool) throws -> JSON {
        try change(reference) { account, db in
            try AccountStanding.suspend(account, by: .command(isForced: force), telling: hooks, in: db)
        }
    }

    /// Ends the sessions of an account; `meta` tells how many there were.
    /// - Parameter revokesAPIKeys: whether the user's API keys end too.
    package func revokeSessions(of reference: String, revokesAPIKeys: Bool) throws -> JSON {
        var (ended, revoked) = (0, 0)
        let answer = try change(reference) { account, db in
            let user = account.user
            ended = try SessionRepository.endAll(of: user.id, because: .revoked, in: db)
            if ended > 0 { try record(.sessionsEnded, user) }
            guard revokesAPIKeys else { return }
            revoked = try APIKeyRevocation.revokeAll(of: user.reference, by: .command, telling: hooks, in: db)
        }
        let meta: JSON = ["endedSessions": .integer(ended), "revokedApiKeys": .integer(revoked)]
        return ["data": answer["data"] ?? .null, "meta": meta]
    }

    /// Allows the use of a suspended account again, and brings a deleted one back while it is kept.
    package func activateUser(_ reference: String) throws -> JSON {
        try change(reference, evenDeleted: true) { account, db in
            try AccountStanding.activate(account, by: .command, telling: hooks, in: db)
        }
    }

    /// Changes what an account may do. Its access tokens name the old role and are refused at once; its sessions go on.
    /// - Parameters:
    ///   - role: the name of a role.
    ///   - force: also where it is the last active administrator.
    package func setRole(of reference: String, to role: String, force: Bool) throws -> JSON {
        try change(reference) { account, db in
            if account.user.role != role { try requireRole(role) }
            try AccountStanding.setRole(of: account, to: role, by: .command(isForced: force), telling: hooks, in: db)
        }
    }

    /// Deletes an account as its user could: it cannot be used, and is erased after its grace.
    /// - Parameter force: also where it is the last active administrator, or the last owner of an organization, which
    ///   then gets another one when the account is erased.
    package func deleteUser(_ reference: String, force: Bool) throws -> JSON {
        try change(reference, evenDeleted: true) { account, db in
            _ = try AccountDeletion.delete(
                account, by: .command(isForced: force), counting: rule, telling: hooks, in: db)
        }
    }

    /// Finds an account by its address or its id, deleted ones too.
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

    /// Changes an account under its lock, and answers the account as it is then.
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

    func record(_ action: AuditAction, _ user: User, _ details: JSON = byCommand) throws(DatabaseError) {
        try Audit.record(action, target: user.publicID, details: details, from: nil, in: db)
    }
}
