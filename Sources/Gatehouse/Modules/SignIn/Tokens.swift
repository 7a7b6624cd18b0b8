import Web

/// The tokens of a sign-in or a refresh (RFC 6749, section 5.1, in this API's spelling).
struct Tokens: ResponseObject {
    let accessToken: String
    /// `nil` if it is in a cookie.
    let refreshToken: String?

    func write(to output: inout Output) {
        output.field("accessToken", accessToken, description: "A JWT (ES256, `typ: at+jwt`).")
        output.field("tokenType", "Bearer")
        output.field("expiresIn", AccessTokens.lifetime, description: "Seconds from now.")
        output.field("refreshToken", refreshToken, description: "`null` if it is in the cookie.")
    }

    static let example = Tokens(
        accessToken: "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
        refreshToken: "ghr_" + String(repeating: "A", count: 43))
}

/// The signed-in user, and the tokens.
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
