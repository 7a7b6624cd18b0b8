import Web

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

extension OpaqueToken.Kind {
    /// The secret of a browser that visits providers.
    static let oauthBrowser = OpaqueToken.Kind(prefix: "ghb_")
}
