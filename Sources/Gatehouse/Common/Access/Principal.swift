public import FoundationEssentials
public import Web

/// The user or organization for which a request acts, with the credential.
public struct Principal: Sendable {
    /// Who acts.
    enum Identity: Sendable, Equatable {
        case user(UserReference)
        /// An organization, through its own API key.
        case organization(OrganizationReference)
    }

    /// The proof of the identity.
    enum Credential: Sendable, Equatable {
        /// An access token of this session.
        case session(UUID)
        /// This API key.
        case apiKey(UUID)
    }

    let identity: Identity
    let credential: Credential
    /// The permissions of the role, or, for an API key, its scopes as far as its user has them.
    let permissions: Set<Permission>

    /// Whether it has this permission.
    public func holds(_ permission: Permission) -> Bool {
        permissions.contains(permission)
    }

    /// - Throws: `FORBIDDEN` if it does not have this permission.
    public func require(_ permission: Permission) throws(APIError) {
        guard holds(permission) else { throw APIError(.forbidden, "This needs the permission \(permission.rawValue).") }
    }

    /// Requires all permissions of a role, so nobody manages more power than they have.
    /// - Throws: `FORBIDDEN`.
    func require(allOf role: Set<Permission>) throws(APIError) {
        guard role.isSubset(of: permissions) else {
            throw APIError(.forbidden, "This role has permissions that you do not have yourself.")
        }
    }

    /// The id of the user or organization.
    public var publicID: UUID {
        switch identity {
        case .user(let user): user.publicID
        case .organization(let organization): organization.publicID
        }
    }

    /// The user who acts; `nil` for an organization.
    public var user: UserReference? {
        guard case .user(let user) = identity else { return nil }
        return user
    }

    /// The user's internal id; `nil` for an organization.
    public var userID: UInt64? { user?.id }

    /// The API key, if one was used.
    public var apiKey: UUID? {
        guard case .apiKey(let id) = credential else { return nil }
        return id
    }

    /// The session, if an access token was used.
    public var session: UUID? {
        guard case .session(let id) = credential else { return nil }
        return id
    }
}
