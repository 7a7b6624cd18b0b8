import Cryptography
import Database
import FoundationEssentials
import Web

/// One visit of a browser to a provider, from the redirection to the answer.
struct OAuthAttempt: DeclaredRow {
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

    static let columns = Columns(
        OAuthAttempt.init,
        Column("id", \.id),
        Column("purpose", \.purpose),
        Column("redirect_to", \.redirectTo),
        Column("code_challenge", \.codeChallenge),
        Column("nonce", \.nonce),
        Column("code_verifier", \.codeVerifier),
        Column("is_fresh", \.isFresh),
        Column("name", \.name),
        Column("created_at", \.createdAt))

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

extension OpaqueToken.Kind {
    /// The state of an attempt, which travels through the provider.
    static let oauthState = OpaqueToken.Kind(prefix: "gho_")
}
