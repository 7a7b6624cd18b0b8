import Cryptography
import Database
import FoundationEssentials
import Web

/// What a provider proved, behind a one-time code for the app that began the visit.
struct OAuthCode: DeclaredRow {
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

    static let columns = Columns(
        OAuthCode.init,
        Column("purpose", \.purpose),
        Column("provider", \.provider),
        Column("subject", \.subject),
        Column("email_key", \.emailKey),
        Column("refresh_token_sealed", \.refreshTokenSealed),
        Column("proof_age", from: "TIMESTAMPDIFF(SECOND, authenticated_at, NOW(6))", \.proofAge))

    /// The challenge of a verifier (RFC 7636, section 4.2, S256).
    static func challenge(of verifier: String) -> String {
        Base64URL.encode(SHA256.digest(of: verifier.utf8).bytes)
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
