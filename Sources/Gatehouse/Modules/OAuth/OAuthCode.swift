import Cryptography
import Database
import FoundationEssentials
import Web

/// What a provider proved, behind a one-time code for the app that began the visit.
struct OAuthCode: RowDecodable {
    /// The purpose of a code.
    enum Purpose: String, SQLValue, ColumnDecodable {
        /// It signs the linked user in.
        case signIn = "sign_in"
        /// Any signed-in user may link the identity.
        case link
        /// Only the owner of an address may link the identity.
        case claim

        /// Seconds for which it is valid: an app uses the code of a sign-in at once, while linking may need a sign-in
        /// before.
        var lifetime: Int { self == .signIn ? 60 : 600 }
    }

    let purpose: Purpose
    let provider: String
    let subject: String
    /// The key of the address of the one who may link the identity.
    let emailKey: String?
    let refreshTokenSealed: [UInt8]?
    /// The age of the proof at the provider, in seconds; `nil` if it is unknown.
    let proofAge: Int?

    init(row: Row) throws(DatabaseError) {
        purpose = try row.decode("purpose")
        provider = try row.decode("provider")
        subject = try row.decode("subject")
        emailKey = try row.decode("email_key")
        refreshTokenSealed = try row.decode("refresh_token_sealed")
        proofAge = try row.decode("proof_age")
    }

    /// The challenge of a verifier (RFC 7636, section 4.2, S256).
    static func challenge(of verifier: String) -> String {
        Base64URL.encode(SHA256.digest(of: verifier.utf8).bytes)
    }
}

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
            SELECT purpose, provider, subject, email_key, refresh_token_sealed,
                   TIMESTAMPDIFF(SECOND, authenticated_at, NOW(6)) AS proof_age
            FROM oauth_codes
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
            """
            SELECT id, provider, subject, refresh_token_sealed FROM oauth_codes
            WHERE email_key = \(emailKey) FOR UPDATE
            """)
        try remove(codes, in: db)
    }

    /// Deletes codes that are over.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws -> Int {
        let codes: [Remains] = try db.all(
            """
            SELECT id, provider, subject, refresh_token_sealed FROM oauth_codes
            WHERE expires_at < NOW(6) - INTERVAL 1 HOUR ORDER BY expires_at LIMIT \(limit) FOR UPDATE
            """)
        try remove(codes, in: db)
        return codes.count
    }

    /// What a code leaves.
    private struct Remains: RowDecodable {
        let id: UInt64
        let provider: String
        let subject: String
        let refreshTokenSealed: [UInt8]?

        init(row: Row) throws(DatabaseError) {
            id = try row.decode("id")
            provider = try row.decode("provider")
            subject = try row.decode("subject")
            refreshTokenSealed = try row.decode("refresh_token_sealed")
        }
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

extension OpaqueToken.Kind {
    /// What a provider proved, for an app.
    static let oauthCode = OpaqueToken.Kind(prefix: "ghx_")
}

extension Field where Value == String {
    /// The challenge of a verifier (RFC 7636, section 4.2): 43 characters of base64url.
    static let codeChallenge = pkce(43...43, "[A-Za-z0-9_-]") { $0.isUnreserved && !".~".utf8.contains($0) }

    /// A verifier (RFC 7636, section 4.1): 43 to 128 unreserved characters.
    static let codeVerifier = pkce(43...128, "[A-Za-z0-9._~-]", \.isUnreserved)

    private static func pkce(
        _ length: ClosedRange<Int>, _ characters: String, _ isAllowed: @escaping @Sendable (UInt8) -> Bool
    ) -> Field {
        let bounds = "{\(length.lowerBound),\(length.upperBound)}"
        return Field(
            schema: [
                "type": "string", "minLength": .integer(length.lowerBound), "maxLength": .integer(length.upperBound),
                "pattern": .string("^\(characters)\(bounds)$"),
            ], standIn: ""
        ) { json in
            if let rejection = Field.text(length).rejection(of: json) { return .failure(rejection) }
            let text = json.string ?? ""
            return text.utf8.allSatisfy { isAllowed($0) }
                ? .success(text)
                : .failure(Rejection("format", "Must contain only the characters that RFC 7636 allows."))
        }
    }
}
