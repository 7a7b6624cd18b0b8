import Database
import FoundationEssentials
import Web

/// Administers accounts. Nobody can change an account with more permissions than their own, or give a role with more;
/// and the last active administrator who can sign in must remain one.
struct UserAdministrationService {
    let hasher: PasswordHasher
    let passwords: PasswordPolicy
    let lists: Lists
    let rule: SignInRule
    let roles: RoleRepository
    let erasure: any Erasure
    let hooks: Hooks

    func list(_ input: ListUsers, _ call: Call) throws -> Answer<[User]> {
        let page = try lists.page(input.list, of: try UserRepository.source(for: input), call)
        return Answer(page.inOrder(try UserRepository.findAny(page.ids, in: call.db), by: \.id), meta: page.meta)
    }

    func read(_ id: UUID, in db: Connection) throws -> User {
        guard let account = try UserRepository.findAny(publicID: id, in: db) else { throw APIError(.notFound) }
        return account.user
    }

    func create(_ input: CreateUserAccount, _ call: Call) throws -> User {
        if let password = input.password {
            try passwords.require(password, in: "password", email: input.email.entered, name: input.name)
        }
        let passwordHash = try input.password.map(hasher.hash)
        let id = UUID.v7()
        do {
            return try call.db.transaction { db in
                let caller = try UserRepository.lockShared(call.user.id, in: db)
                let principal = try call.principal.confirmed(by: caller, among: roles, in: db)
                try principal.require(.usersWrite)
                try requireNoMore(input.role, than: principal, in: db)
                let new = NewAccount(
                    email: input.email, name: input.name, role: input.role, isVerified: input.isVerified,
                    passwordHash: passwordHash)
                return try AccountCreation.run(
                    new, as: id, by: call.actor, origin: .administrator, erasure: erasure,
                    telling: hooks, in: db
                ).user
            }
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            throw APIError(.emailTaken)
        }
    }

    func update(_ change: UpdateUserAccount, _ call: Call) throws -> User {
        try with(change.id, call) { account, principal, db in
            let (user, actor) = (account.user, try call.actor)
            try call.requireVersion(of: user)
            if let role = change.role, role != user.role {
                try requireNoMore(role, than: principal, in: db)
                try AccountStanding.setRole(of: account, to: role, by: actor, telling: hooks, in: db)
            }
            switch change.status {
            case .suspended:
                guard user.publicID != principal.publicID else {
                    throw APIError(.forbidden, "You cannot suspend your own account.")
                }
                try AccountStanding.suspend(account, by: actor, telling: hooks, in: db)
            case .active: try AccountStanding.activate(account, by: actor, telling: hooks, in: db)
            case .deleted where user.status != .deleted:
                let fault = Fault("status", "choice", "Use DELETE to delete an account.")
                throw APIError(.validation, details: [fault])
            case .deleted, nil: break
            }
            return try read(user.publicID, in: db)
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        try with(id, call) { account, principal, db in
            let (user, actor) = (account.user, try call.actor)
            try call.requireVersion(of: user)
            guard user.publicID != principal.publicID else {
                throw APIError(.forbidden, "Use DELETE /users/me to delete your own account.")
            }
            guard try AccountDeletion.delete(account, by: actor, counting: rule, telling: hooks, in: db) else {
                throw APIError(.notFound)
            }
        }
    }

    func endSessions(_ input: EndUserSessions, _ call: Call) throws {
        try with(input.id, call) { account, _, db in
            _ = try AccountStanding.endSessions(
                of: account, revokingAPIKeys: input.revokesAPIKeys, by: call.actor, telling: hooks, in: db)
        }
    }
}

// MARK: - Changes

extension UserAdministrationService {
    /// Changes an account under its lock, if the caller still has the permission then.
    func with<Result>(
        _ id: UUID, _ call: Call, _ body: (AccountLock, Principal, Connection) throws -> Result
    ) throws -> Result {
        let (caller, asking) = (try call.user, try call.principal)
        return try call.db.transaction { db in
            let found = try read(id, in: db)
            call.found(found.publicID)
            guard let account = try AccountLock(found.id, by: caller.id, counting: rule, in: db) else {
                throw APIError(.notFound)
            }
            let principal = try asking.confirmed(by: account.caller, among: roles, in: db)
            try principal.require(.usersWrite)
            try requireNoKey(of: account.user, principal)
            try requireNoMore(account.user.role, than: principal, in: db)
            do {
                return try body(account, principal, db)
            } catch let refusal as AccountRefusal {
                throw refusal.apiError
            }
        }
    }

    /// A key cannot change the account for which it acts, not even with an administrator's scope.
    private func requireNoKey(of user: User, _ principal: Principal) throws(APIError) {
        guard principal.apiKey == nil || principal.publicID != user.publicID else {
            throw APIError(.forbidden, "API keys cannot change the account of their user: sign in.")
        }
    }

    /// Refuses a role with more permissions than the caller's; the role cannot change until the transaction ends.
    private func requireNoMore(_ role: String, than principal: Principal, in db: Connection) throws {
        guard let role = try roles.find(named: role, lock: .shared, in: db) else {
            throw APIError(.validation, details: [Fault("role", "unknown", "There is no such role.")])
        }
        try principal.require(allOf: role.permissions)
    }
}
