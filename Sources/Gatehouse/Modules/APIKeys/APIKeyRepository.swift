import Database
import FoundationEssentials
import Web

/// All statements on the table `api_keys`.
enum APIKeyRepository {
    private static let table: SQL = """
        api_keys k LEFT JOIN organizations o ON o.id = k.organization_id \(UserRow.leftJoin(on: "k.created_by"))
        """

    static func insert(
        _ publicID: UUID, _ secret: APIKeySecret, for holder: Tenant, madeBy user: UserReference,
        _ input: CreateAPIKey, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> APIKey {
        try db.execute(
            """
            INSERT INTO api_keys
                (public_id, user_id, organization_id, created_by, name, scopes, secret_hash, hint, expires_at)
            VALUES (\(publicID), \(holder.userID), \(holder.organizationID), \(user.id), \(input.name), \(input.scopes),
                    \(secret.hash), \(secret.hint), \(input.expiresAt))
            """)
        guard let key = try find(publicID, of: [holder], in: db) else { throw RowVanished() }
        try hooks.fire(APIKeyCreated(key: key.reference, user: user), by: actor, in: db)
        return key
    }

    /// The number of keys of a holder. Lock the holder's row before, or the number may change at once.
    static func count(of holder: Tenant, in db: Connection) throws(DatabaseError) -> Int {
        try db.first("SELECT COUNT(*) FROM api_keys k WHERE \(holder.keys)") ?? 0
    }

    /// Whether a time is in the future, by the database's clock.
    static func isAhead(_ time: Date, in db: Connection) throws(DatabaseError) -> Bool {
        try db.first("SELECT \(time) > NOW(6)") ?? false
    }

    static func find(
        _ publicID: UUID, of holders: [Tenant], in db: Connection
    ) throws(DatabaseError) -> APIKey? {
        try db.first(
            """
            SELECT \(APIKey.columns) FROM \(table)
            WHERE k.public_id = \(publicID) AND k.revoked_at IS NULL
              AND (k.user_id IN (\(list: holders.compactMap(\.userID)))
                   OR k.organization_id IN (\(list: holders.compactMap(\.organizationID))))
            """)
    }

    /// The internal id of a usable key of an organization; it stays usable while the organization's row is locked.
    static func usable(
        _ publicID: UUID, of organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> UInt64? {
        try db.first(
            "SELECT k.id FROM api_keys k WHERE k.public_id = \(publicID) AND \(usable(of: organizationID))")
    }

    /// Whether an organization's key is usable and has the rank of an administrator.
    static func administers(
        _ id: UInt64, _ organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let found: UInt64? = try db.first(
            """
            SELECT k.id FROM api_keys k
            WHERE k.id = \(id) AND \(usable(of: organizationID)) AND \(MembershipRepository.makerAdministers)
            """)
        return found != nil
    }

    /// The internal ids of the keys that a user has made for organizations, or for one.
    static func ids(
        madeBy userID: UInt64, for organizationID: UInt64?, in db: Connection
    ) throws(DatabaseError) -> [UInt64] {
        guard let organizationID else {
            return try db.all("SELECT id FROM api_keys WHERE created_by = \(userID) AND organization_id IS NOT NULL")
        }
        return try db.all(
            "SELECT id FROM api_keys WHERE created_by = \(userID) AND organization_id = \(organizationID)")
    }

    /// The name of a key's organization.
    static func nameOfOrganization(_ publicID: UUID, in db: Connection) throws(DatabaseError) -> String? {
        try db.first("SELECT name FROM organizations WHERE public_id = \(publicID)")
    }

    private static func usable(of organizationID: UInt64) -> SQL {
        """
        k.organization_id = \(organizationID) AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > NOW(6))
        """
    }

    /// The keys of the holder whom a list is about.
    static func range(
        of holder: Tenant, for list: ListRequest<APIKey.Sort>, in indexes: ListIndexes<APIKey.Sort>
    ) -> ListRange {
        indexes.range(for: list, in: "api_keys k", id: "k.id", where: holder.keys)
    }

    static func find(_ ids: [UInt64], of holder: Tenant, in db: Connection) throws(DatabaseError) -> [APIKey] {
        try db.all("SELECT \(APIKey.columns) FROM \(table) WHERE k.id IN (\(list: ids)) AND \(holder.keys)")
    }

    /// The user's own keys after one, oldest first. There are few (`APIKeyService.maximumPerHolder`).
    static func exported(
        of userID: UInt64, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [APIKey] {
        let holder = Tenant.user(userID)
        return try db.all(
            """
            SELECT \(APIKey.columns) FROM \(table) WHERE \(holder.keys) AND k.id > \(id ?? 0)
            ORDER BY k.id LIMIT \(limit)
            """)
    }

    /// Replaces the secret of a key that was not revoked. The maker of the key stays the same.
    /// - Parameter user: the user who does it.
    /// - Returns: the key; `nil` if it was revoked.
    static func rotate(
        _ key: APIKey, to secret: APIKeySecret, for user: UserReference, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> APIKey? {
        let outcome = try db.execute(
            """
            UPDATE api_keys SET secret_hash = \(secret.hash), hint = \(secret.hint), version = version + 1
            WHERE id = \(key.id) AND revoked_at IS NULL
            """)
        guard outcome.affectedRows == 1, let rotated = try find(key.publicID, of: [key.holder], in: db) else {
            return nil
        }
        try hooks.fire(APIKeyRotated(key: rotated.reference, user: user), by: actor, in: db)
        return rotated
    }

    /// - Returns: whether it was not revoked before.
    static func revoke(
        _ key: APIKey, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> Bool {
        let outcome = try db.execute(
            "UPDATE api_keys SET revoked_at = NOW(6), version = version + 1 WHERE id = \(key.id) AND revoked_at IS NULL"
        )
        guard outcome.affectedRows == 1 else { return false }
        try hooks.fire(APIKeyRevoked(key: key.reference, isOneOfAll: false), by: actor, in: db)
        return true
    }

    /// Revokes all of a user's own keys. Lock the user's row before; keys are made under the same lock.
    /// - Parameter withMade: whether to revoke also those that the user made for organizations.
    /// - Returns: their public ids, without those that were revoked before.
    static func revokeAll(
        of userID: UInt64, withMade: Bool, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> [UUID] {
        let keys: SQL =
            withMade
            ? "(k.user_id = \(userID) OR k.created_by = \(userID)) AND k.revoked_at IS NULL"
            : Tenant.user(userID).keys
        let held: [APIKey] = try db.all("SELECT \(APIKey.columns) FROM \(table) WHERE \(keys)")
        if !held.isEmpty {
            try db.execute("UPDATE api_keys k SET k.revoked_at = NOW(6), k.version = k.version + 1 WHERE \(keys)")
        }
        for key in held { try hooks.fire(APIKeyRevoked(key: key.reference, isOneOfAll: true), by: actor, in: db) }
        return held.map(\.publicID).sorted()
    }

    /// Deletes every key of an organization, including revoked ones.
    static func deleteAll(of organizationID: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM api_keys WHERE organization_id = \(organizationID)")
    }

    /// Deletes keys that were revoked or expired 30 days ago.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM api_keys WHERE ended_at < NOW(6) - INTERVAL 30 DAY ORDER BY ended_at LIMIT \(limit)"
        ).affectedRows
    }
}

// MARK: - Use

extension APIKeyRepository {
    private static let holder: SQL = """
        \(UserRow.id) AS user_id, \(UserRow.publicID) AS user_public_id, \(UserRow.status), \(UserRow.role)
        """

    /// The key with this secret, even if it was revoked or has expired, and its holder.
    static func find(_ secret: APIKeySecret, in db: Connection) throws(DatabaseError) -> PresentedAPIKey? {
        try db.first(
            """
            SELECT k.id, k.public_id, k.scopes, k.revoked_at IS NOT NULL AS is_revoked,
                   COALESCE(k.expires_at <= NOW(6), FALSE) AS is_expired,
                   COALESCE(k.last_used_at < NOW(6) - INTERVAL 1 HOUR, TRUE) AS needs_touch,
                   o.id AS organization_id, o.public_id AS organization_public_id, v.version AS access_version,
                   \(holder)
            FROM api_keys k
            \(UserRow.leftJoin(on: "k.user_id"))
            LEFT JOIN organizations o ON o.id = k.organization_id
            \(AccessVersion.join)
            WHERE k.secret_hash = \(secret.hash)
            """)
    }

    /// Records the use of a key, at most once an hour.
    static func touch(_ id: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE api_keys SET last_used_at = NOW(6), updated_at = updated_at
            WHERE id = \(id) AND (last_used_at IS NULL OR last_used_at < NOW(6) - INTERVAL 1 HOUR)
            """)
    }
}

extension Tenant {
    /// The keys of this holder that were not revoked.
    fileprivate var keys: SQL {
        switch self {
        case .user(let id): "k.user_id = \(id) AND k.revoked_at IS NULL"
        case .organization(let id): "k.organization_id = \(id) AND k.revoked_at IS NULL"
        }
    }
}
