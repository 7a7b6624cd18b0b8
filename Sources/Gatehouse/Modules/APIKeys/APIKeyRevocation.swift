import Database
import FoundationEssentials
import Web

/// Revokes keys, on behalf of their holder, an administrator or a command.
enum APIKeyRevocation {
    /// Revokes one key. Call it in the transaction of the change.
    /// - Throws: `NOT_FOUND` if it was revoked before.
    static func revoke(_ key: APIKey, by actor: AuditActor, telling hooks: Hooks, in db: Connection) throws {
        guard try APIKeyRepository.revoke(key, by: actor, telling: hooks, in: db) else { throw APIError(.notFound) }
    }

    /// Revokes all of a user's own keys, with one audit event if there were any: after a reset by mail, or on request
    /// with another change of the password, a sign-out everywhere, or the end of all sessions by an administrator or a
    /// command. Somebody else may have made one of them.
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
        let keys = try APIKeyRepository.revokeAll(
            of: user.id, withMade: withMade, by: actor, telling: hooks, in: db)
        if keys.isEmpty { return 0 }
        try Audit.record(
            .apiKeysRevoked, by: actor, target: user.publicID,
            details: [JSON.Member("apiKeyIds", .array(keys.map(\.json)))], in: db)
        return keys.count
    }
}
