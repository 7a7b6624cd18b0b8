import Web

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1).
enum BearerToken {
    /// The token, visible characters of ASCII (RFC 6750: `b64token`) that are not too many; the field must stand there
    /// once.
    /// - Throws: `UNAUTHORIZED`.
    static func of(_ headers: HTTPFields) throws(APIError) -> String {
        // Of several, the values are joined by a space, which no token may hold.
        guard let field = headers[.authorization], let token = field.withBytes(token) else {
            throw APIError(.unauthorized)
        }
        return token
    }

    private static func token(_ field: UnsafeRawBufferPointer) -> String? {
        let scheme = field.prefix(Self.scheme.utf8.count)
        let token = UnsafeRawBufferPointer(rebasing: field[scheme.endIndex...])
        guard String(decoding: scheme, as: UTF8.self).hasSameBytes(asIgnoringASCIICase: Self.scheme),
            (1...longest).contains(token.count), token.allBytes(satisfy: \.isVisibleASCII)
        else { return nil }
        return String(decoding: token, as: UTF8.self)
    }

    private static let scheme = "Bearer "

    /// The longest token looked at, in bytes; access tokens have about 500, API keys 53.
    private static let longest = 4096

    /// The same refusal with `WWW-Authenticate` (RFC 6750, section 3).
    static func challenged(_ error: APIError) -> APIError {
        var headers = error.headers
        headers[.wwwAuthenticate] = error.code == .unauthorized ? "Bearer" : "Bearer error=\"invalid_token\""
        return APIError(error.code, error.message, headers: headers)
    }
}
