import Database
import FoundationEssentials
import Web

/// Turns the secret of an API key into whoever it acts for.
struct APIKeyAuthenticator {
    /// Authenticates a call. A secret whose checksum is wrong never was one, and is not looked up.
    /// - Throws: `UNAUTHORIZED`; `TOKEN_EXPIRED` or `TOKEN_REVOKED` for what was a key.
    func authenticate(_ token: String, _ call: Call) throws -> Principal {
        guard let secret = APIKeySecret(token), let found = try APIKeyRepository.find(secret, in: call.db) else {
            throw APIError(.unauthorized)
        }
        guard !found.isRevoked else { throw APIError(.tokenRevoked, "This API key was revoked.") }
        guard !found.isExpired else { throw APIError(.tokenExpired, "This API key has expired.") }
        guard let identity = found.identity else { throw APIError(.tokenRevoked, "This API key was revoked.") }
        if found.isUseUnnoted {
            try call.db.note { db throws(DatabaseError) in try APIKeyRepository.touch(found.id, in: db) }
        }
        return Principal(identity: identity, credential: .apiKey(found.publicID), permissions: found.permissions)
    }
}

/// A key that somebody has presented, with whoever it acts for.
struct PresentedAPIKey: RowDecodable {
    let id: UInt64
    let publicID: UUID
    let isRevoked: Bool
    let isExpired: Bool
    let isUseUnnoted: Bool
    /// `nil` where the user may not act at this moment.
    let identity: Principal.Identity?
    let permissions: Set<Permission>

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        publicID = try row.decode("public_id")
        isRevoked = try row.decode("is_revoked")
        isExpired = try row.decode("is_expired")
        isUseUnnoted = try row.decode("is_use_unnoted")
        let scopes: Set<Permission> = try row.decode("scopes")
        if let id: UInt64 = try row.decode("organization_id") {
            identity = .organization(id: id, publicID: try row.decode("organization_public_id"))
            permissions = scopes.intersection(Permission.ofOrganizations)
            return
        }
        let status: String? = try row.decode("status")
        identity =
            status == "active"
            ? .user(id: try row.decode("user_id"), publicID: try row.decode("user_public_id")) : nil
        let role = Set(ofRole: try row.decode("role"), stored: try row.decode("permissions"))
        // A key has what it was made for, as far as its user still has it.
        permissions = scopes.within(role: role)
    }
}
