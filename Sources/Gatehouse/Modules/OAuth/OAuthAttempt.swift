import Cryptography
import Database
import FoundationEssentials
import Web

/// One visit of a browser to a provider, from the redirection to the answer.
struct OAuthAttempt: RowDecodable {
    /// What the visit is for.
    enum Purpose: String, CaseIterable, SQLValue, ColumnDecodable {
        /// Signing in, which may make an account.
        case signIn = "sign_in"
        /// Linking the account at the provider to that of a signed-in user.
        case link
    }

    let id: UInt64
    let purpose: Purpose
    let redirectTo: String
    /// The app's challenge (RFC 7636): only the app can use the code that it gets.
    let codeChallenge: String
    /// What binds the provider's token to this attempt.
    let nonce: String
    /// What binds the provider's code to this attempt (RFC 7636).
    let codeVerifier: String
    /// Whether the user must prove at the provider anew who they are.
    let isFresh: Bool
    /// A name that the provider told beside its answer; Apple does so once.
    let name: String?
    let createdAt: Date

    static let columnNames: ColumnNames = """
        id, purpose, redirect_to, code_challenge, nonce, code_verifier, is_fresh, name, created_at
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode(0)
        purpose = try row.decode(1)
        redirectTo = try row.decode(2)
        codeChallenge = try row.decode(3)
        nonce = try row.decode(4)
        codeVerifier = try row.decode(5)
        isFresh = try row.decode(6)
        name = try row.decode(7)
        createdAt = try row.decode(8)
    }

    /// The lifetime of an attempt, in seconds.
    static let lifetime = 600
    /// The number of open attempts of a browser; a further one ends the oldest.
    static let maximumOpen = 10
}

extension OAuthAttempt {
    /// A new attempt.
    struct New {
        let state = OpaqueToken(.oauthState)
        let provider: String
        let purpose: Purpose
        let redirectTo: String
        let codeChallenge: String
        let nonce = Base64URL.encode(RandomBytes.make(32))
        let codeVerifier = Base64URL.encode(RandomBytes.make(32))
        let isFresh: Bool
    }
}

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
            SELECT id, purpose, redirect_to, code_challenge, nonce, code_verifier, is_fresh, name, created_at
            FROM oauth_attempts WHERE state_hash = \(state.hash) AND browser_hash = \(browser.hash)
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

extension OpaqueToken.Kind {
    /// The state of an attempt, which travels through the provider.
    static let oauthState = OpaqueToken.Kind(prefix: "gho_")
    /// The secret of a browser that visits providers.
    static let oauthBrowser = OpaqueToken.Kind(prefix: "ghb_")
}

/// Recognises a browser that visits providers, so nobody else can finish its visits. It names the browser and not the
/// attempt, so visits in several tabs do not disturb each other.
enum OAuthBrowser {
    /// The answer of a provider is a link of another site, with which a browser sends a lax cookie.
    static let cookie = Cookie(
        name: "__Host-gatehouse_oauth", lifetime: OAuthAttempt.lifetime, sameSite: .lax)

    /// The browser of a request; `nil` if it has no cookie, or one that this program did not make.
    /// - Throws: `VALIDATION_ERROR` if the cookie occurs twice.
    static func of(_ headers: HTTPFields) throws(APIError) -> OpaqueToken? {
        try cookie.read(headers).flatMap { OpaqueToken(.oauthBrowser, $0) }
    }
}
