import Database
import Web

extension Principal {
    /// The same principal with its current permissions. The chain read them before the call waited for locks, and the
    /// holder of these locks may have changed them.
    /// - Parameter user: the locked row of the acting user, so the result stays valid until the transaction ends.
    /// - Throws: `TOKEN_REVOKED` if the account can no longer be used, or if the session has ended.
    func confirmed(by user: User?, among roles: RoleRepository, in db: Connection) throws -> Principal {
        guard let user, user.status == .active, let role = try roles.find(named: user.role, lock: .shared, in: db)
        else {
            throw APIError(.tokenRevoked)
        }
        if let session, try !SessionRepository.isLive(session, of: user.id, in: db) { throw APIError(.tokenRevoked) }
        return Principal(
            identity: identity, credential: credential,
            permissions: roles.catalogue.held(permissions, role: role.permissions))
    }
}
