import Database
import FoundationEssentials
import Web

/// Revokes all keys of a user at once: after a reset by mail, or on request with a change of password, a sign-out
/// everywhere, or a revocation by an administrator. Somebody else may have made one of them.
enum APIKeyRevocation {
    /// Revokes all of a user's own keys, with one audit event if there were any.
    ///
    /// Call it in the transaction of the change, with the user's row locked: keys are made and replaced under that
    /// lock, so none is missed.
    /// - Parameter withMade: whether to revoke also keys that the user made for organizations. Otherwise these stay,
    ///   since they belong to the organization.
    /// - Returns: their number.
    @discardableResult
    static func revokeAll(
        of user: UserReference, withMade: Bool = false, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> Int {
        let keys = try APIKeyRepository.revokeAll(of: user.id, withMade: withMade, telling: hooks, in: db)
        if keys.isEmpty { return 0 }
        try Audit.record(
            .apiKeysRevoked, by: actor, target: user.publicID,
            details: [JSON.Member("apiKeyIds", .array(keys.map(\.json)))], in: db)
        return keys.count
    }
}
