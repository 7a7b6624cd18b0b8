import Database

/// All statements on the table `oauth_attempts`.
enum OAuthAttemptRepository {
    /// Begins an attempt of a browser, and ends its oldest ones if it has too many.
    static func insert(
        _ attempt: OAuthAttempt.New, of browser: OpaqueToken, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO oauth_attempts (state_hash, browser_hash, provider, purpose, redirect_to, code_challenge, nonce,
                                        code_verifier, is_fresh, expires_at)
            VALUES (\(attempt.state.hash), \(browser.hash), \(attempt.provider), \(attempt.purpose),
                    \(attempt.redirectTo), \(attempt.codeChallenge), \(attempt.nonce), \(attempt.codeVerifier),
                    \(attempt.isFresh), NOW(6) + INTERVAL \(OAuthAttempt.lifetime) SECOND)
            """)
        try db.execute(
            """
            DELETE FROM oauth_attempts WHERE browser_hash = \(browser.hash) AND id < (
                SELECT MIN(id) FROM (
                    SELECT id FROM oauth_attempts WHERE browser_hash = \(browser.hash)
                    ORDER BY id DESC LIMIT \(OAuthAttempt.maximumOpen)) AS kept)
            """)
    }

    /// Consumes the state of an attempt of a browser at a provider. Of any number of concurrent uses, one changes the
    /// row; the others return `nil`, as for expired and unknown states.
    static func consume(
        _ state: OpaqueToken, of browser: OpaqueToken, at provider: String, in db: Connection
    ) throws(DatabaseError) -> OAuthAttempt? {
        let outcome = try db.execute(
            """
            UPDATE oauth_attempts SET consumed_at = NOW(6)
            WHERE state_hash = \(state.hash) AND browser_hash = \(browser.hash) AND provider = \(provider)
              AND consumed_at IS NULL AND expires_at > NOW(6)
            """)
        guard outcome.affectedRows == 1 else { return nil }
        return try db.first(
            """
            SELECT \(OAuthAttempt.columns) FROM oauth_attempts
            WHERE state_hash = \(state.hash) AND browser_hash = \(browser.hash)
            """)
    }

    /// Why the state of an attempt could not be consumed.
    static func failure(
        of state: OpaqueToken, of browser: OpaqueToken, at provider: String, in db: Connection
    ) throws(DatabaseError) -> Failure {
        try db.first(
            """
            SELECT redirect_to, browser_hash = \(browser.hash) AS is_of_browser,
                   provider = \(provider) AS is_of_provider, consumed_at IS NOT NULL AS is_used
            FROM oauth_attempts WHERE state_hash = \(state.hash)
            """) ?? .unknown
    }

    /// What a state that could not be consumed was.
    struct Failure: RowDecodable {
        /// For the audit.
        let reason: String
        /// Where the attempt leads, which only its browser learns.
        let redirectTo: String?

        static let unknown = Failure(reason: "unknown", redirectTo: nil)

        private init(reason: String, redirectTo: String?) {
            (self.reason, self.redirectTo) = (reason, redirectTo)
        }

        init(row: Row) throws(DatabaseError) {
            guard try row.decode("is_of_browser") else {
                self.init(reason: "other_browser", redirectTo: nil)
                return
            }
            let reason =
                if try !row.decode("is_of_provider", as: Bool.self) {
                    "other_provider"
                } else {
                    try row.decode("is_used") ? "used" : "late"
                }
            self.init(reason: reason, redirectTo: try row.decode("redirect_to"))
        }
    }

    /// Keeps a name that a provider told beside its answer.
    static func setName(
        _ name: String, of state: OpaqueToken, at provider: String, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE oauth_attempts SET name = \(name)
            WHERE state_hash = \(state.hash) AND provider = \(provider) AND consumed_at IS NULL
            """)
    }

    /// Deletes attempts that are over.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM oauth_attempts WHERE expires_at < NOW(6) - INTERVAL 1 HOUR ORDER BY expires_at LIMIT \(limit)"
        ).affectedRows
    }
}
