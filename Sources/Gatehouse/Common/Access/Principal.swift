public import FoundationEssentials
public import Web

/// A user, by the id that owns rows and the one that is shown.
public struct UserReference: Codable, Sendable, Equatable {
    /// The internal id, which owns rows and is never shown.
    public let id: UInt64
    /// The id that is shown.
    public let publicID: UUID
}

/// A user who has signed in, as the database said when the request began.
public struct Caller: Sendable {
    /// Who.
    public let user: UserReference
    /// The session's id that is shown.
    public let session: UUID
}

/// Whoever a request acts for, and how it proved that.
public struct Principal: Sendable {
    /// Who acts.
    enum Identity: Sendable, Equatable {
        case user(UserReference)
        /// An organization's own API key acts for it and for nobody in particular.
        case organization(id: UInt64, publicID: UUID)
    }

    /// How that was proved.
    enum Credential: Sendable, Equatable {
        /// An access token of this session.
        case session(UUID)
        /// This API key.
        case apiKey(UUID)
    }

    let identity: Identity
    let credential: Credential
    /// What the role allows and, of an API key, what it was made for besides; a key never has more than its user.
    let permissions: Set<Permission>

    /// Whether it has this permission.
    public func holds(_ permission: Permission) -> Bool {
        permissions.contains(permission)
    }

    /// - Throws: `FORBIDDEN` where it does not have this permission.
    public func require(_ permission: Permission) throws(APIError) {
        guard holds(permission) else { throw APIError(.forbidden, "This needs the permission \(permission.rawValue).") }
    }

    /// Refuses to deal with more power than it has.
    /// - Throws: `FORBIDDEN`.
    func require(allOf role: Set<Permission>) throws(APIError) {
        guard role.isSubset(of: permissions) else {
            throw APIError(.forbidden, "You do not have every permission of this role yourself.")
        }
    }

    /// The id of the user or organization.
    public var publicID: UUID {
        switch identity {
        case .user(let user): user.publicID
        case .organization(_, let publicID): publicID
        }
    }

    /// The user who acts; `nil` for an organization.
    public var user: UserReference? {
        guard case .user(let user) = identity else { return nil }
        return user
    }

    /// The user's internal id; `nil` for an organization.
    public var userID: UInt64? { user?.id }

    /// The API key, where one was used.
    public var apiKey: UUID? {
        guard case .apiKey(let id) = credential else { return nil }
        return id
    }

    /// The session, where an access token was used.
    public var session: UUID? {
        guard case .session(let id) = credential else { return nil }
        return id
    }
}
