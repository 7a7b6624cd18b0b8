import Web

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1).
enum BearerToken {
    /// The token, visible characters of ASCII (RFC 6750: `b64token`) that are not too many; the field must stand there once.
    /// - Throws: `UNAUTHORIZED`.
    static func of(_ headers: HTTPFields) throws(APIError) -> String {
        let fields = headers[values: .authorization]
        guard fields.count == 1, let field = fields.first else { throw APIError(.unauthorized) }
        let parts = field.split(atByte: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, parts[0].hasSameBytes(asIgnoringASCIICase: "Bearer"),
            (1...longest).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isVisibleASCII)
        else { throw APIError(.unauthorized) }
        return String(parts[1])
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
