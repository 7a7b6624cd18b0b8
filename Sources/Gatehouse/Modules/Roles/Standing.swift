import Database
import Web

extension Principal {
    /// The same principal with what it may do now. The chain has read that before the call waited for locks, and
    /// whoever held these may have taken it away.
    /// - Parameter user: the row of the user who acts, which is locked, so that it stays so until the transaction ends.
    /// - Throws: `TOKEN_REVOKED` where the account can no longer be used.
    func confirmed(by user: User?, among roles: RoleRepository, in db: Connection) throws -> Principal {
        guard let user, user.status == .active, let role = try roles.find(named: user.role, lock: .shared, in: db)
        else {
            throw APIError(.tokenRevoked)
        }
        return Principal(
            identity: identity, credential: credential,
            permissions: roles.catalogue.held(permissions, role: role.permissions))
    }
}
