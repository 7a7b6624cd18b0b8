import HTTPTypes
import Web

/// What a sign-in or a refresh hands out (RFC 6749, section 5.1, in this API's spelling).
struct Tokens: ResponseObject {
    let accessToken: String
    /// `nil` where it travels in a cookie.
    let refreshToken: String?

    func write(to output: inout Output) {
        output.field("accessToken", accessToken, description: "A JWT (ES256, `typ: at+jwt`).")
        output.field("tokenType", "Bearer")
        output.field("expiresIn", AccessTokens.lifetime, description: "Seconds from now.")
        output.field("refreshToken", refreshToken, description: "`null` where it is in the cookie.")
    }

    static let example = Tokens(
        accessToken: "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
        refreshToken: "ghr_" + String(repeating: "A", count: 43))
}

/// Who signed in, and with what to go on.
struct SignedIn: ResponseObject {
    let user: User
    let tokens: Tokens

    func write(to output: inout Output) {
        output.field("user", user)
        output.field("tokens", tokens)
    }

    static let example = SignedIn(user: .example, tokens: .example)
}

/// The next tokens of a session.
struct Refreshed: ResponseObject {
    let tokens: Tokens

    func write(to output: inout Output) {
        output.field("tokens", tokens)
    }

    static let example = Refreshed(tokens: .example)
}

/// The refresh token as a cookie.
enum RefreshCookie {
    static let cookie = Cookie(name: "__Host-gatehouse_refresh", lifetime: Session.idleDays * 86_400)

    /// Refuses a call by cookie that another origin caused: `Sec-Fetch-Site` must say `same-origin`, or, from browsers without
    /// it, `Origin` must be ours.
    /// - Throws: `FORBIDDEN`.
    static func requireSameOrigin(_ headers: HTTPFields, as origin: String) throws(APIError) {
        let isSameOrigin =
            headers[.secFetchSite].map { $0.hasSameBytes(as: "same-origin") }
            ?? (headers[.origin]?.hasSameBytes(as: origin) == true)
        guard isSameOrigin else {
            throw APIError(.forbidden, "The refresh cookie is for pages of \(origin) only.")
        }
    }

    /// What removes the cookie of a request whose session is over; nothing where there is no cookie, or several, or its session
    /// lives.
    static func removalOfDead(_ call: Call) throws -> HTTPFields {
        guard let text = try? cookie.read(call.request.headers) else { return [:] }
        let token = OpaqueToken(.refresh, text)
        let session = try token.flatMap { try RefreshTokenRepository.session(of: $0, in: call.db) }
        return session?.isLive == true ? [:] : HTTPFields([cookie.removal])
    }
}
