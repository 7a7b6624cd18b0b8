import Database
import FoundationEssentials

/// All statements on the table `identities`.
enum IdentityRepository {
    /// The identity of an account at a provider, of any user.
    static func find(
        provider: String, subject: String, in db: Connection
    ) throws(DatabaseError) -> Identity? {
        try db.first(
            "SELECT \(Identity.columns) FROM identities WHERE provider = \(provider) AND subject = \(subject)")
    }

    /// The identities of a user, the oldest first.
    static func all(of userID: UInt64, in db: Connection) throws(DatabaseError) -> [Identity] {
        try db.all(
            """
            SELECT \(Identity.columns) FROM identities FORCE INDEX (idx_identities_user)
            WHERE user_id = \(userID) ORDER BY id
            """)
    }

    /// Links an account at a provider to a user, whose row is locked.
    /// - Parameter isRequested: whether the signed-in user asked for it; else this is a sign-in with it.
    /// - Throws: the duplicate key `uq_identities_subject` if it is linked to somebody, `uq_identities_user` if another
    ///   account at the provider is linked to the user; what hooks refuse it with.
    static func insert(
        _ user: UserReference, provider: String, subject: String, refreshTokenSealed: [UInt8]?, isRequested: Bool,
        by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            """
            INSERT INTO identities (user_id, provider, subject, refresh_token_sealed, last_used_at)
            VALUES (\(user.id), \(provider), \(subject), \(refreshTokenSealed), IF(\(isRequested), NULL, NOW(6)))
            """)
        try hooks.fire(
            IdentityLinked(user: user, provider: provider, isRequested: isRequested), by: actor, in: db)
    }

    /// Records a sign-in, and keeps the provider's newest token if there is one. An earlier one must not be revoked:
    /// Apple ends the whole authorization of the user with any of its tokens ("Revoke tokens").
    static func noteUse(
        _ identity: Identity, refreshTokenSealed: [UInt8]?, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE identities SET last_used_at = NOW(6),
                                  refresh_token_sealed = COALESCE(\(refreshTokenSealed), refresh_token_sealed)
            WHERE id = \(identity.id) AND user_id = \(identity.userID)
            """)
    }

    /// Forgets the providers' tokens of a user, which are revoked.
    static func forgetTokens(of user: UserReference, in db: Connection) throws(DatabaseError) {
        try db.execute("UPDATE identities SET refresh_token_sealed = NULL WHERE user_id = \(user.id)")
    }

    /// Unlinks an identity of a user, whose row is locked.
    static func remove(
        _ identity: Identity, of user: UserReference, isRequested: Bool, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws {
        try db.execute("DELETE FROM identities WHERE id = \(identity.id) AND user_id = \(user.id)")
        try hooks.fire(
            IdentityUnlinked(user: user, identity: identity, isRequested: isRequested), by: actor, in: db)
    }

    /// Unlinks every identity of a user, whose row is locked.
    static func removeAll(
        of user: UserReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        for identity in try all(of: user.id, in: db) {
            try remove(identity, of: user, isRequested: false, by: actor, telling: hooks, in: db)
        }
    }
}
