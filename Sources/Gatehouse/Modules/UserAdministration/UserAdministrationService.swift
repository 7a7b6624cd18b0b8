import Database
import FoundationEssentials
import Web

/// Accounts in the hands of those who may administer them. Nobody touches an account that may do more than they, nor
/// gives a role that holds more; and the last active administrator who can sign in stays one.
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
                let caller = try UserRepository.hold(call.user.id, in: db)
                let principal = try call.principal.confirmed(by: caller, among: roles, in: db)
                try principal.require(.usersWrite)
                try requireNoMore(input.role, than: principal, in: db)
                try Registration.clear(
                    input.email, for: .typed, actor: principal.publicID, session: principal.session,
                    from: call.origin, by: erasure, telling: hooks, in: db)
                try UserRepository.insert(
                    id, email: input.email, name: input.name, role: input.role, isVerified: input.isVerified,
                    passwordHash: passwordHash, origin: .administrator, telling: hooks, in: db)
                try invite(input, in: db)
                try Audit.record(
                    .userCreated, by: principal, target: id, details: ["role": .string(input.role)],
                    from: call.origin, in: db)
                return try read(id, in: db)
            }
        } catch let error as DatabaseError where error.isDuplicateKey("uq_users_email_key") {
            throw APIError(.emailTaken)
        }
    }

    /// Mails what its owner needs to use the account: an invitation to set the first password, which verifies the
    /// address too, or a link that only verifies.
    private func invite(_ input: CreateUserAccount, in db: Connection) throws {
        if input.password == nil {
            try JobQueue.enqueue(SendAccountInvitation(emailKey: input.email.key), in: db)
        } else if !input.isVerified {
            try JobQueue.enqueue(SendVerificationMail(emailKey: input.email.key), in: db)
        }
    }

    func update(_ change: UpdateUserAccount, _ call: Call) throws -> User {
        try with(change.id, call) { account, principal, db in
            let user = account.user
            try user.entityTag.requireMatch(ifMatch: call.request.headers[.ifMatch])
            if let role = change.role, role != user.role {
                try requireNoMore(role, than: principal, in: db)
                try requireSuccessor(of: account)
                try UserRepository.setRole(user, to: role, telling: hooks, in: db)
                try Audit.record(
                    .roleChanged, by: principal, target: user.publicID,
                    details: ["from": .string(user.role), "role": .string(role)], from: call.origin, in: db)
            }
            switch change.status {
            case .suspended: try suspend(account, by: principal, call, in: db)
            case .active: try activate(user, call, in: db)
            case .deleted where user.status != .deleted:
                let fault = Fault("status", "choice", "An account is deleted by DELETE.")
                throw APIError(.validation, details: [fault])
            case .deleted, nil: break
            }
            return try read(user.publicID, in: db)
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        try with(id, call) { account, principal, db in
            let user = account.user
            try user.entityTag.requireMatch(ifMatch: call.request.headers[.ifMatch])
            guard user.publicID != principal.publicID else {
                throw APIError(.forbidden, "Delete your own account by DELETE /users/me.")
            }
            try requireSuccessor(of: account)
            try AccountDeletion.requireNoOrphans(user, counting: rule, in: db)
            let actor = AuditActor(principal, from: call.origin)
            guard try AccountDeletion.delete(user, by: actor, telling: hooks, in: db) else { throw APIError(.notFound) }
            try Audit.record(.userDeleted, by: principal, target: id, from: call.origin, in: db)
        }
    }

    func endSessions(_ input: EndUserSessions, _ call: Call) throws {
        try with(input.id, call) { account, principal, db in
            try SessionRepository.endAll(of: account.user.id, because: .revoked, in: db)
            try Audit.record(.sessionsEnded, by: principal, target: input.id, from: call.origin, in: db)
            if input.revokesAPIKeys {
                try APIKeyRevocation.revokeAll(
                    of: account.user.reference, by: AuditActor(principal, from: call.origin), telling: hooks, in: db)
            }
        }
    }
}

// MARK: - Changes

extension UserAdministrationService {
    /// Changes an account under its lock, where whoever asks may still do that once the lock is there.
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
            return try body(account, principal, db)
        }
    }

    /// No key changes the account that it acts for, not even one that was made to administer others.
    private func requireNoKey(of user: User, _ principal: Principal) throws(APIError) {
        guard principal.apiKey == nil || principal.publicID != user.publicID else {
            throw APIError(.forbidden, "API keys cannot change the account of their user: sign in.")
        }
    }

    private func suspend(_ account: AccountLock, by principal: Principal, _ call: Call, in db: Connection) throws {
        let user = account.user
        guard user.publicID != principal.publicID else {
            throw APIError(.forbidden, "You cannot suspend your own account.")
        }
        guard user.status != .suspended else { return }
        guard user.status == .active else { throw APIError(.conflict, "This account is deleted.") }
        try requireSuccessor(of: account)
        try AccountSuspension.suspend(user, by: AuditActor(principal, from: call.origin), telling: hooks, in: db)
    }

    /// Also brings a deleted account back while it is kept.
    private func activate(_ user: User, _ call: Call, in db: Connection) throws {
        guard user.status != .active else { return }
        guard !user.isReleased else {
            throw APIError(.conflict, "This account has lost its address, which it never verified.")
        }
        guard
            try UserRepository.activate(
                user.reference, graceDays: AccountDeletion.graceDays, telling: hooks, in: db)
        else {
            throw APIError(.conflict, "This account is about to be erased.")
        }
        try Audit.record(.userActivated, by: call.principal, target: user.publicID, from: call.origin, in: db)
    }

    private func requireSuccessor(of account: AccountLock) throws(APIError) {
        guard !account.isLastAdministrator else {
            throw APIError(.conflict, "This is the last active administrator who can sign in; make another one first.")
        }
    }

    /// Refuses to deal with a role that holds more than whoever asks; it stays as it is until the transaction ends.
    private func requireNoMore(_ role: String, than principal: Principal, in db: Connection) throws {
        guard let role = try roles.hold(named: role, in: db) else {
            throw APIError(.validation, details: [Fault("role", "unknown", "There is no such role.")])
        }
        try principal.require(allOf: role.permissions)
    }
}
