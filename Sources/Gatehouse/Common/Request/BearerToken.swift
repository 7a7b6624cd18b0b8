import HTTPTypes
import Web

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1).
enum BearerToken {
    /// The token; the field must stand there once.
    /// - Throws: `UNAUTHORIZED`.
    static func of(_ headers: HTTPFields) throws(APIError) -> String {
        let fields = headers[values: .authorization]
        guard fields.count == 1, let field = fields.first else { throw APIError(.unauthorized) }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw APIError(.unauthorized) }
        return String(parts[1])
    }

    /// The same refusal with `WWW-Authenticate` (RFC 6750, section 3).
    static func challenged(_ error: APIError) -> APIError {
        var headers = error.headers
        headers[.wwwAuthenticate] = error.code == .unauthorized ? "Bearer" : "Bearer error=\"invalid_token\""
        return APIError(error.code, error.message, headers: headers)
    }
}
