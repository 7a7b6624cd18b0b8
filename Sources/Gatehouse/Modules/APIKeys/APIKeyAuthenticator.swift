import Database
import FoundationEssentials
import Web

/// Authenticates calls by API key.
struct APIKeyAuthenticator {
    let roles: RolePermissions
    let permissions: PermissionCatalogue

    /// Authenticates a call. A secret with a wrong checksum cannot be valid and is not looked up.
    /// - Throws: `UNAUTHORIZED`; `TOKEN_EXPIRED` or `TOKEN_REVOKED` for a former key.
    func authenticate(_ token: String, _ call: Call) throws -> Principal {
        guard let secret = APIKeySecret(token), let found = try APIKeyRepository.find(secret, in: call.db) else {
            throw APIError(.unauthorized)
        }
        guard !found.isRevoked else { throw APIError(.tokenRevoked, "This API key was revoked.") }
        guard !found.isExpired else { throw APIError(.tokenExpired, "This API key has expired.") }
        guard let identity = found.identity else { throw APIError(.tokenRevoked, "This API key was revoked.") }
        if found.needsTouch {
            try call.db.note { db throws(DatabaseError) in try APIKeyRepository.touch(found.id, in: db) }
        }
        return Principal(
            identity: identity, credential: .apiKey(found.publicID),
            permissions: try permissions(of: found, in: call.db))
    }

    /// The scopes of the key, as far as its holder has these permissions.
    private func permissions(of key: PresentedAPIKey, in db: Connection) throws -> Set<Permission> {
        guard let role = key.role else { return key.scopes.intersection(permissions.organizationPermissions) }
        return permissions.held(
            key.scopes, role: try roles.permissions(of: role, at: key.accessVersion, in: db) ?? [])
    }
}

/// A presented key with its holder.
struct PresentedAPIKey: RowDecodable {
    let id: UInt64
    let publicID: UUID
    let isRevoked: Bool
    let isExpired: Bool
    let needsTouch: Bool
    /// `nil` if the user may not act now.
    let identity: Principal.Identity?
    let scopes: Set<Permission>
    /// The role of the user; `nil` for an organization's key.
    let role: String?
    let accessVersion: UInt64?

    static let columnNames: ColumnNames = """
        id, public_id, scopes, is_revoked, is_expired, needs_touch, organization_id, organization_public_id,
        access_version, user_id, user_public_id, status, role
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode(0)
        publicID = try row.decode(1)
        scopes = try row.decode(2)
        isRevoked = try row.decode(3)
        isExpired = try row.decode(4)
        needsTouch = try row.decode(5)
        accessVersion = try row.decode(8)
        if let id: UInt64 = try row.decode(6) {
            identity = .organization(OrganizationReference(id: id, publicID: try row.decode(7)))
            role = nil
            return
        }
        let status: String? = try row.decode(11)
        identity =
            status == "active" ? .user(UserReference(id: try row.decode(9), publicID: try row.decode(10))) : nil
        role = try row.decode(12)
    }
}
