import Database
import FoundationEssentials
import Web

/// Makes, lists, rotates and revokes API keys, for whoever has signed in: no key makes another.
struct APIKeyService {
    let lists: Lists

    /// How many keys a user or an organization can have.
    static let mostKeys = 100

    func create(_ input: CreateAPIKey, _ call: Call) throws -> NewAPIKey {
        let caller = try call.signedIn
        let principal = try call.principal
        let holder = try holder(of: input, principal, in: call.db)
        try requireGrantable(input.scopes, by: principal, for: holder)
        if let time = input.expiresAt, try !APIKeyRepository.isAhead(time, in: call.db) {
            throw APIError(.validation, details: [Fault("expiresAt", "past", "Must lie ahead.")])
        }
        let (id, secret) = (UUID.v7(), APIKeySecret())
        return try call.db.transaction { db in
            guard try APIKeyRepository.count(of: holder, in: db) < Self.mostKeys else {
                throw APIError(.conflict, "There are \(Self.mostKeys) keys already; revoke some first.")
            }
            try APIKeyRepository.insert(id, secret, for: holder, by: caller.id, input, in: db)
            try Audit.record(
                .apiKeyCreated, by: principal, target: id,
                details: ["scopes": .array(input.scopes.words.map { .string($0) })], from: call.origin, in: db)
            return try shown(id, secret, of: [holder], in: db)
        }
    }

    func list(_ input: ListAPIKeys, _ call: Call) throws -> Answer<[APIKey]> {
        let principal = try call.principal
        var holder = APIKeyRepository.Holder.user(try call.signedIn.id)
        if let organization = input.organizationID {
            holder = try organizationHolder(organization, principal, in: call.db)
        }
        let page = try lists.page(input.list, of: [APIKeyRepository.range(of: holder)], call)
        let keys = page.inOrder(try APIKeyRepository.find(page.ids, of: holder, in: call.db), by: \.id)
        return Answer(keys, meta: page.meta)
    }

    func read(_ id: UUID, _ call: Call) throws -> APIKey {
        try find(id, of: holders(call), in: call.db)
    }

    func rotate(_ id: UUID, _ call: Call) throws -> NewAPIKey {
        let (principal, holders) = (try call.principal, try holders(call))
        let secret = APIKeySecret()
        return try call.db.transaction { db in
            let key = try find(id, of: holders, in: db)
            guard try APIKeyRepository.rotate(key.id, to: secret, in: db) else { throw APIError(.notFound) }
            try Audit.record(.apiKeyRotated, by: principal, target: id, from: call.origin, in: db)
            return try shown(id, secret, of: holders, in: db)
        }
    }

    func revoke(_ id: UUID, _ call: Call) throws {
        let (principal, holders) = (try call.principal, try holders(call))
        try call.db.transaction { db in
            let key = try find(id, of: holders, in: db)
            guard try APIKeyRepository.revoke(key.id, in: db) else { throw APIError(.notFound) }
            try Audit.record(.apiKeyRevoked, by: principal, target: id, from: call.origin, in: db)
        }
    }
}

// MARK: - Whose keys

extension APIKeyService {
    /// Whose keys the caller may see and change: their own, and those of organizations that they administer.
    private func holders(_ call: Call) throws -> [APIKeyRepository.Holder] {
        let caller = try call.signedIn
        let memberships = try MembershipRepository.all(of: call.principal, in: call.db)
        return [.user(caller.id)]
            + memberships.filter { $0.role >= .admin }.map { .organization($0.organizationID) }
    }

    private func holder(
        of input: CreateAPIKey, _ principal: Principal, in db: Connection
    ) throws -> APIKeyRepository.Holder {
        if let organization = input.organizationID { return try organizationHolder(organization, principal, in: db) }
        guard let user = principal.userID else { throw APIError(.forbidden) }
        return .user(user)
    }

    private func organizationHolder(
        _ organization: UUID, _ principal: Principal, in db: Connection
    ) throws -> APIKeyRepository.Holder {
        guard let membership = try MembershipRepository.find(organization, of: principal, in: db) else {
            throw APIError(.notFound, "There is no such organization.")
        }
        guard membership.role >= .admin else {
            throw APIError(.forbidden, "The keys of an organization are for its administrators.")
        }
        return .organization(membership.organizationID)
    }

    /// Nobody gives a key what they do not have themselves.
    private func requireGrantable(
        _ scopes: Set<Permission>, by principal: Principal, for holder: APIKeyRepository.Holder
    ) throws(APIError) {
        let held = principal.permissions.union(Permission.ofUsers)
        let grantable = holder.organizationID == nil ? held : Set(Permission.ofOrganizations)
        guard let excess = scopes.subtracting(grantable).map(\.rawValue).min() else { return }
        throw APIError(.forbidden, "You cannot make a key for \(excess).")
    }

    private func find(
        _ id: UUID, of holders: [APIKeyRepository.Holder], in db: Connection
    ) throws -> APIKey {
        guard let key = try APIKeyRepository.find(id, of: holders, in: db) else { throw APIError(.notFound) }
        return key
    }

    private func shown(
        _ id: UUID, _ secret: APIKeySecret, of holders: [APIKeyRepository.Holder], in db: Connection
    ) throws -> NewAPIKey {
        NewAPIKey(key: try find(id, of: holders, in: db), secret: secret.text)
    }
}

extension AuditAction {
    static let apiKeyCreated = AuditAction(rawValue: "api_key.created")
    static let apiKeyRotated = AuditAction(rawValue: "api_key.rotated")
    static let apiKeyRevoked = AuditAction(rawValue: "api_key.revoked")
}
