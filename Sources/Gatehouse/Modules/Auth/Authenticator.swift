import Database
import FoundationEssentials
import HTTPTypes
import Web

/// Turns the `Authorization` field into a caller. The signature says who the token was issued to; the database says whether
/// that still holds.
struct Authenticator {
    let tokens: AccessTokens

    /// Authenticates a call.
    /// - Throws: `UNAUTHORIZED`, `TOKEN_EXPIRED` or `TOKEN_REVOKED`, each with `WWW-Authenticate` (RFC 6750, section 3).
    func authenticate(_ call: Call) throws -> Caller {
        do {
            let verified = try tokens.verify(Self.bearerToken(call.request.headers), in: call.db)
            return try state(of: verified, for: call)
        } catch let error as APIError {
            let challenge = error.code == .unauthorized ? "Bearer" : "Bearer error=\"invalid_token\""
            throw APIError(error.code, error.message, headers: [.wwwAuthenticate: challenge])
        }
    }

    /// The token of `Authorization: Bearer …`; the field must stand there once.
    private static func bearerToken(_ headers: HTTPFields) throws(APIError) -> String {
        let fields = headers[values: .authorization]
        guard fields.count == 1, let field = fields.first else { throw APIError(.unauthorized) }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw APIError(.unauthorized) }
        return String(parts[1])
    }

    private func state(of verified: AccessTokens.Verified, for call: Call) throws -> Caller {
        let claims = verified.claims
        guard let userID = UUID(uuidString: claims.sub), let sessionID = UUID(uuidString: claims.sid) else {
            throw APIError(.unauthorized)
        }
        guard
            let state: State = try call.db.first(
                """
                SELECT u.id AS user_id, u.role, s.id AS session_id,
                       s.last_seen_at < NOW(6) - INTERVAL 1 MINUTE AS is_stale
                FROM sessions s
                JOIN users u ON u.id = s.user_id
                JOIN signing_keys k ON k.kid = \(verified.kid)
                WHERE s.public_id = \(sessionID) AND \(Session.isLive)
                  AND u.public_id = \(userID) AND u.status = 'active'
                  AND k.withdrawn_at IS NULL AND (k.verifies_until IS NULL OR k.verifies_until > NOW(6))
                """),
            state.role == claims.role
        else { throw APIError(.tokenRevoked) }
        if state.isStale { try SessionRepository.touch(state.sessionID, in: call.db) }
        return Caller(id: state.userID, publicID: userID, sessionPublicID: sessionID)
    }

    /// What must hold at this moment; no row when anything does not.
    private struct State: RowDecodable {
        let userID: UInt64
        let role: String
        let sessionID: UInt64
        let isStale: Bool

        init(row: Row) throws(DatabaseError) {
            userID = try row.decode("user_id")
            role = try row.decode("role")
            sessionID = try row.decode("session_id")
            isStale = try row.decode("is_stale")
        }
    }
}
