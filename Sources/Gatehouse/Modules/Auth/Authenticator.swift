import Database
import FoundationEssentials
import Web

/// Turns an access token into whoever acts. The signature says who the token was issued to; the database says whether that still
/// holds, and what the role allows at this moment.
struct Authenticator {
    let tokens: AccessTokens

    /// Authenticates a call.
    /// - Throws: `UNAUTHORIZED`, `TOKEN_EXPIRED` or `TOKEN_REVOKED`.
    func authenticate(_ token: String, _ call: Call) throws -> Principal {
        try state(of: tokens.verify(token, in: call.db), for: call)
    }

    private func state(of verified: AccessTokens.Verified, for call: Call) throws -> Principal {
        let claims = verified.claims
        guard let userID = UUID(uuidString: claims.sub), let sessionID = UUID(uuidString: claims.sid) else {
            throw APIError(.unauthorized)
        }
        guard
            let state: State = try call.db.first(
                """
                SELECT u.id AS user_id, u.role, r.permissions, s.id AS session_id,
                       s.last_seen_at < NOW(6) - INTERVAL 1 MINUTE AS is_stale
                FROM sessions s
                JOIN users u ON u.id = s.user_id
                JOIN roles r ON r.name = u.role
                JOIN signing_keys k ON k.kid = \(verified.kid)
                WHERE s.public_id = \(sessionID) AND \(Session.isLive)
                  AND u.public_id = \(userID) AND u.status = 'active'
                  AND k.withdrawn_at IS NULL AND (k.verifies_until IS NULL OR k.verifies_until > NOW(6))
                """),
            state.role == claims.role
        else { throw APIError(.tokenRevoked, headers: try RefreshCookie.removalOfDead(call)) }
        if state.isStale {
            try call.db.note { db throws(DatabaseError) in try SessionRepository.touch(state.sessionID, in: db) }
        }
        return Principal(
            identity: .user(id: state.userID, publicID: userID), credential: .session(sessionID),
            permissions: Set(ofRole: state.role, stored: state.permissions))
    }

    /// What must hold at this moment; no row when anything does not.
    private struct State: RowDecodable {
        let userID: UInt64
        let role: String
        let permissions: Set<Permission>
        let sessionID: UInt64
        let isStale: Bool

        init(row: Row) throws(DatabaseError) {
            userID = try row.decode("user_id")
            role = try row.decode("role")
            permissions = try row.decode("permissions")
            sessionID = try row.decode("session_id")
            isStale = try row.decode("is_stale")
        }
    }
}
