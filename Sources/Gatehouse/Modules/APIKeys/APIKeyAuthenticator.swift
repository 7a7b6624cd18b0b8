import Database
import FoundationEssentials
import Web

/// Turns the secret of an API key into whoever it acts for.
struct APIKeyAuthenticator {
    /// Authenticates a call. A secret whose checksum is wrong never was one, and is not looked up.
    /// - Throws: `UNAUTHORIZED`; `TOKEN_EXPIRED` or `TOKEN_REVOKED` for what was a key.
    func authenticate(_ token: String, _ call: Call) throws -> Principal {
        guard let secret = APIKeySecret(token), let found = try Self.find(secret, in: call.db) else {
            throw APIError(.unauthorized)
        }
        guard !found.isRevoked else { throw APIError(.tokenRevoked, "This API key was revoked.") }
        guard !found.isExpired else { throw APIError(.tokenExpired, "This API key has expired.") }
        guard let identity = found.identity else { throw APIError(.tokenRevoked, "This API key was revoked.") }
        if found.isUseUnnoted { try Self.touch(found.id, in: call.db) }
        return Principal(identity: identity, credential: .apiKey(found.publicID), permissions: found.permissions)
    }

    private static func find(_ secret: APIKeySecret, in db: Connection) throws(DatabaseError) -> Found? {
        try db.first(
            """
            SELECT k.id, k.public_id, k.scopes, k.revoked_at IS NOT NULL AS is_revoked,
                   COALESCE(k.expires_at <= NOW(6), FALSE) AS is_expired,
                   COALESCE(k.last_used_at < NOW(6) - INTERVAL 1 HOUR, TRUE) AS is_use_unnoted,
                   u.id AS user_id, u.public_id AS user_public_id, u.status, u.role, r.permissions,
                   o.id AS organization_id, o.public_id AS organization_public_id
            FROM api_keys k
            LEFT JOIN users u ON u.id = k.user_id
            LEFT JOIN roles r ON r.name = u.role
            LEFT JOIN organizations o ON o.id = k.organization_id
            WHERE k.secret_hash = \(secret.hash)
            """)
    }

    /// Notes that a key was used, at most once an hour.
    private static func touch(_ id: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE api_keys SET last_used_at = NOW(6), updated_at = updated_at
            WHERE id = \(id) AND (last_used_at IS NULL OR last_used_at < NOW(6) - INTERVAL 1 HOUR)
            """)
    }

    /// A key with its holder.
    private struct Found: RowDecodable {
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
}
