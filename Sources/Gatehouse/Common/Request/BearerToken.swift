import Web

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1).
enum BearerToken {
    /// The token, visible characters of ASCII (RFC 6750: `b64token`) that are not too many; the field must stand there once.
    /// - Throws: `UNAUTHORIZED`.
    static func of(_ headers: HTTPFields) throws(APIError) -> String {
        // Of several, the values are joined by a space, which no token may hold.
        guard let field = headers[.authorization], let space = field.utf8.firstIndex(of: UInt8(ascii: " ")) else {
            throw APIError(.unauthorized)
        }
        let token = Substring(field.utf8[space...].dropFirst())
        guard field[..<space].hasSameBytes(asIgnoringASCIICase: "Bearer"), (1...longest).contains(token.utf8.count),
            token.utf8.allSatisfy(\.isVisibleASCII)
        else { throw APIError(.unauthorized) }
        return String(token)
    }

    /// The longest token looked at, in bytes; access tokens have about 500, API keys 53.
    private static let longest = 4096

    /// The same refusal with `WWW-Authenticate` (RFC 6750, section 3).
    static func challenged(_ error: APIError) -> APIError {
        var headers = error.headers
        headers[.wwwAuthenticate] = error.code == .unauthorized ? "Bearer" : "Bearer error=\"invalid_token\""
        return APIError(error.code, error.message, headers: headers)
    }
}
