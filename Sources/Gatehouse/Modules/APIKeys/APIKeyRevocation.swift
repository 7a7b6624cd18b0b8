import Database
import FoundationEssentials
import Web

/// Revokes all keys of a user at once: after a reset by mail, or where it is asked for with a change of password, a
/// sign-out everywhere, or a revocation by an administrator. Somebody else may have made one.
enum APIKeyRevocation {
    /// Revokes every key of a user's own, with one audit event if there was any.
    ///
    /// Call it in the transaction of the change, with the user's row locked: keys are made and replaced under that
    /// lock, so none escapes.
    /// - Parameter withMade: whether keys that the user made for organizations end too. These stay otherwise, since
    ///   they are the organization's.
    /// - Returns: how many there were.
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
