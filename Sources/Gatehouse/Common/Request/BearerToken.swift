import Web

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1).
enum BearerToken {
    /// The token in the field, which must occur once: visible ASCII characters (RFC 6750: `b64token`) of bounded
    /// length.
    /// - Throws: `UNAUTHORIZED`.
    static func of(_ headers: HTTPFields) throws(APIError) -> ArraySlice<UInt8> {
        guard let field = headers[single: .authorization] else { throw APIError(.unauthorized) }
        let token = field.dropFirst(scheme.utf8.count)
        guard
            String(decoding: field[..<token.startIndex], as: UTF8.self).hasSameBytes(asIgnoringASCIICase: scheme),
            (1...longest).contains(token.count),
            token.withUnsafeBytes({ $0.allBytes(satisfy: \.isVisibleASCII) })
        else { throw APIError(.unauthorized) }
        return token
    }

    private static let scheme = "Bearer "

    /// The maximum length of a token in bytes; access tokens have about 500, API keys 53.
    private static let longest = 4096

    /// The same refusal with `WWW-Authenticate` (RFC 6750, section 3).
    static func challenged(_ error: APIError) -> APIError {
        var headers = error.headers
        headers[.wwwAuthenticate] = error.code == .unauthorized ? "Bearer" : "Bearer error=\"invalid_token\""
        return APIError(error.code, error.message, headers: headers)
    }
}
