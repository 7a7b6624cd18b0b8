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

/// The refresh token as a cookie that only this origin sends and no script reads (RFC 6265bis, section 4.1.3.2).
enum RefreshCookie {
    static let name = "__Host-gatehouse_refresh"

    /// The field that sets it.
    static func set(_ token: OpaqueToken) -> HTTPFields {
        [
            .setCookie:
                "\(name)=\(token.text); Path=/; Max-Age=\(Session.idleDays * 86_400); Secure; HttpOnly; SameSite=Strict"
        ]
    }

    /// The field that removes it.
    static var removal: HTTPFields {
        [.setCookie: "\(name)=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"]
    }

    /// The token in a request's cookies; the first, where a name stands twice.
    static func read(_ headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
                return String(parts[1])
            }
        }
        return nil
    }

    /// Refuses a call by cookie that another origin caused: `Sec-Fetch-Site` must say `same-origin`, or, from browsers without
    /// it, `Origin` must be ours.
    /// - Throws: `FORBIDDEN`.
    static func requireSameOrigin(_ headers: HTTPFields, as origin: String) throws(APIError) {
        let isSameOrigin =
            headers[.secFetchSite].map { $0 == "same-origin" } ?? (headers[.origin] == origin)
        guard isSameOrigin else {
            throw APIError(.forbidden, "The refresh cookie is accepted from pages of \(origin) only.")
        }
    }
}
