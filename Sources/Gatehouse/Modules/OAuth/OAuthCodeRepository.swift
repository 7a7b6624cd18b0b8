import Database

/// All statements on the table `oauth_codes`.
enum OAuthCodeRepository {
    static func insert(
        _ code: OpaqueToken, for purpose: OAuthCode.Purpose, provider: String, _ profile: ProviderProfile,
        emailKey: String? = nil, refreshTokenSealed: [UInt8]?, codeChallenge: String, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO oauth_codes (code_hash, purpose, provider, subject, email_key, code_challenge, authenticated_at,
                                     refresh_token_sealed, expires_at)
            VALUES (\(code.hash), \(purpose), \(provider), \(profile.subject), \(emailKey), \(codeChallenge),
                    LEAST(\(profile.authenticatedAt), NOW(6)), \(refreshTokenSealed),
                    NOW(6) + INTERVAL \(purpose.lifetime) SECOND)
            """)
    }

    /// A valid code, for the app that has its verifier.
    static func find(
        _ code: OpaqueToken, verifier: String, in db: Connection
    ) throws(DatabaseError) -> OAuthCode? {
        try db.first(
            """
            SELECT \(OAuthCode.columns) FROM oauth_codes
            WHERE code_hash = \(code.hash) AND code_challenge = \(OAuthCode.challenge(of: verifier))
              AND consumed_at IS NULL AND expires_at > NOW(6)
            """)
    }

    /// Why `find` found no code, or `consume` consumed none.
    static func failure(
        of code: OpaqueToken, verifier: String, in db: Connection
    ) throws(DatabaseError) -> CodeRefusal {
        try db.first(
            """
            SELECT provider, code_challenge = \(OAuthCode.challenge(of: verifier)) AS is_of_app,
                   consumed_at IS NOT NULL AS is_used
            FROM oauth_codes WHERE code_hash = \(code.hash)
            """) ?? CodeRefusal(.unknown)
    }

    /// Consumes a code. Of any number of concurrent uses, one changes the row.
    static func consume(
        _ code: OpaqueToken, verifier: String, in db: Connection
    ) throws(DatabaseError) -> Bool {
        try db.execute(
            """
            UPDATE oauth_codes SET consumed_at = NOW(6)
            WHERE code_hash = \(code.hash) AND code_challenge = \(OAuthCode.challenge(of: verifier))
              AND consumed_at IS NULL AND expires_at > NOW(6)
            """
        ).affectedRows == 1
    }

    /// Invalidates the codes of an identity that was unlinked: what was proved before must not link it again.
    static func void(provider: String, subject: String, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE oauth_codes SET consumed_at = NOW(6)
            WHERE provider = \(provider) AND subject = \(subject) AND consumed_at IS NULL
            """)
    }

    /// Deletes the codes of an identity.
    static func remove(provider: String, subject: String, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM oauth_codes WHERE provider = \(provider) AND subject = \(subject)")
    }

    /// Deletes the codes that only the owner of an address could use.
    static func remove(forOwnerOf emailKey: String, in db: Connection) throws {
        let codes: [Remains] = try db.all(
            "SELECT \(Remains.columns) FROM oauth_codes WHERE email_key = \(emailKey) FOR UPDATE")
        try remove(codes, in: db)
    }

    /// Deletes codes that are over.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws -> Int {
        let codes: [Remains] = try db.all(
            """
            SELECT \(Remains.columns) FROM oauth_codes
            WHERE expires_at < NOW(6) - INTERVAL 1 HOUR ORDER BY expires_at LIMIT \(limit) FOR UPDATE
            """)
        try remove(codes, in: db)
        return codes.count
    }

    /// What a code leaves.
    private struct Remains: DeclaredRow {
        let id: UInt64
        let provider: String
        let subject: String
        let refreshTokenSealed: [UInt8]?

        static let columns = Columns(
            Remains.init,
            Column("id", \.id),
            Column("provider", \.provider),
            Column("subject", \.subject),
            Column("refresh_token_sealed", \.refreshTokenSealed))
    }

    /// Deletes codes, and revokes their tokens unless an identity was linked, which then has the token or a later one.
    private static func remove(_ codes: [Remains], in db: Connection) throws {
        for code in codes where code.refreshTokenSealed != nil {
            guard try IdentityRepository.find(provider: code.provider, subject: code.subject, in: db) == nil,
                let job = RevokeProviderToken(
                    provider: code.provider, subject: code.subject, sealed: code.refreshTokenSealed)
            else { continue }
            try JobQueue.enqueue(job, in: db)
        }
        try db.execute("DELETE FROM oauth_codes WHERE id IN (\(list: codes.map(\.id)))")
    }
}
