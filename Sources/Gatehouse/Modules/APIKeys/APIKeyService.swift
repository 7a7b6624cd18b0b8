import Database
import FoundationEssentials
import Web

/// Makes, lists, rotates and revokes API keys for signed-in users: a key cannot make another one.
struct APIKeyService {
    let lists: Lists
    let roles: RoleRepository
    let hooks: Hooks

    /// The maximum number of keys of a user or an organization.
    static let maximumPerHolder = 100

    func create(_ input: CreateAPIKey, _ call: Call) throws -> NewAPIKey {
        let (caller, id, secret) = (try call.signedIn, UUID.v7(), APIKeySecret())
        return try call.db.transaction { db in
            let holder = try holder(input.organizationID, call, in: db)
            let principal = try lock(holder, call, in: db)
            try RecentProof.require(of: caller, in: db)
            try requireGrantable(input.scopes, by: principal, for: holder)
            if let time = input.expiresAt, try !APIKeyRepository.isAhead(time, in: db) {
                throw APIError(.validation, details: [Fault("expiresAt", "past", "Must be in the future.")])
            }
            guard try APIKeyRepository.count(of: holder, in: db) < Self.maximumPerHolder else {
                throw APIError(.conflict, "There are already \(Self.maximumPerHolder) keys; revoke some first.")
            }
            let key = try APIKeyRepository.insert(
                id, secret, for: holder, madeBy: caller.user, input, by: call.actor, telling: hooks, in: db)
            return NewAPIKey(key: key, secret: secret.text)
        }
    }

    func list(_ input: ListAPIKeys, _ call: Call) throws -> Answer<[APIKey]> {
        let holder = try holder(input.organizationID, call, in: call.db)
        let range = APIKeyRepository.range(of: holder, for: input.list, in: ListAPIKeys.indexes)
        let page = try lists.page(input.list, of: range, call)
        let keys = page.inOrder(try APIKeyRepository.find(page.ids, of: holder, in: call.db), by: \.id)
        return Answer(keys, meta: page.meta)
    }

    func read(_ id: UUID, _ call: Call) throws -> APIKey {
        try find(id, of: holders(call, in: call.db), in: call.db)
    }

    func rotate(_ id: UUID, _ call: Call) throws -> NewAPIKey {
        let secret = APIKeySecret()
        let caller = try call.signedIn
        return try change(id, call) { key, db in
            try RecentProof.require(of: caller, in: db)
            let rotated = try APIKeyRepository.rotate(
                key, to: secret, for: caller.user, by: call.actor, telling: hooks, in: db)
            return NewAPIKey(key: try rotated.orNotFound(), secret: secret.text)
        }
    }

    func revoke(_ id: UUID, _ call: Call) throws {
        try change(id, call) { key, db in
            try APIKeyRevocation.revoke(key, by: call.actor, telling: hooks, in: db)
        }
    }

    private func change<Result>(
        _ id: UUID, _ call: Call, _ body: (APIKey, Connection) throws -> Result
    ) throws -> Result {
        try call.db.transaction { db in
            let key = try find(id, of: holders(call, in: db), in: db)
            call.found(key.publicID)
            _ = try lock(key.holder, call, in: db)
            return try body(key, db)
        }
    }
}

// MARK: - Whose keys

extension APIKeyService {
    /// The holders whose keys the caller may see and change: the caller, and the organizations that the caller
    /// administers.
    private func holders(_ call: Call, in db: Connection) throws -> [Tenant] {
        let caller = try call.signedIn
        let memberships = try MembershipRepository.all(of: call.principal, in: db)
        return [.user(caller.user.id)]
            + memberships.filter { $0.role >= .admin }.map { .organization($0.organizationID) }
    }

    /// The holder in a request: the organization that it names, or the caller.
    private func holder(_ organization: UUID?, _ call: Call, in db: Connection) throws -> Tenant {
        let caller = try call.signedIn
        guard let organization else { return .user(caller.user.id) }
        call.names(organization)
        let membership = try MembershipRepository.find(organization, of: call.principal, in: db)
        if let membership { call.found(membership.organizationPublicID) }
        return .organization(try administered(membership).organizationID)
    }

    /// Locks the rows that determine whether the caller may manage a holder's keys, and checks them again, since they
    /// can have changed. So nobody obtains a key of an organization from which they were removed meanwhile, nor of an
    /// account whose owner has just ended the session.
    private func lock(_ holder: Tenant, _ call: Call, in db: Connection) throws -> Principal {
        let caller = try call.signedIn
        let user = try UserRepository.lock(caller.user.id, in: db)
        let principal = try call.principal.confirmed(by: user, among: roles, in: db)
        if let organization = holder.organizationID {
            _ = try administered(MembershipRepository.lock(organization, of: principal, in: db))
        }
        return principal
    }

    /// - Throws: `NOT_FOUND` for callers who are not members; `FORBIDDEN` for members of a lower rank.
    private func administered(_ membership: Membership?) throws(APIError) -> Membership {
        guard let membership else { throw APIError(.notFound, "There is no such organization.") }
        guard membership.role >= .admin else {
            throw APIError(.forbidden, "Only administrators of an organization can manage its keys.")
        }
        return membership
    }

    /// Refuses to give a key permissions that the caller does not have.
    private func requireGrantable(
        _ scopes: Set<Permission>, by principal: Principal, for holder: Tenant
    ) throws(APIError) {
        let held = principal.permissions.union(roles.catalogue.userPermissions)
        let grantable = holder.organizationID == nil ? held : roles.catalogue.organizationPermissions
        guard let excess = scopes.subtracting(grantable).map(\.rawValue).min() else { return }
        throw APIError(.forbidden, "You cannot make a key for \(excess).")
    }

    private func find(_ id: UUID, of holders: [Tenant], in db: Connection) throws -> APIKey {
        guard let key = try APIKeyRepository.find(id, of: holders, in: db) else { throw APIError(.notFound) }
        return key
    }
}

extension AuditAction {
    static let apiKeysRevoked = AuditAction(rawValue: "api_key.all_revoked")
}
