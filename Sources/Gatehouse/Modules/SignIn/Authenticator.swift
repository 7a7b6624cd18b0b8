import Database
import FoundationEssentials
import Web

/// Authenticates calls by access token. The signature proves to whom the token was issued; the database tells whether
/// it is still valid.
///
/// One statement reads the data that may change at any time: the session and its user. The permissions of roles and the
/// signing keys rarely change; they are cached with the version that the same statement reads, so each change counts
/// from the next request.
struct Authenticator {
    let tokens: AccessTokens
    let keys: KeyRing
    let roles: RolePermissions

    /// Authenticates a call, and keeps the user's row for the handler.
    /// - Throws: `UNAUTHORIZED`, `TOKEN_EXPIRED` or `TOKEN_REVOKED`.
    func authenticate(_ token: ArraySlice<UInt8>, _ call: Call) throws -> Principal {
        let verified = try tokens.verify(token, in: call.db)
        guard let state = try state(of: verified.session, in: call.db),
            state.user.publicID == verified.user, state.user.role.hasSameBytes(as: verified.claims.role),
            let permissions = try roles.permissions(of: state.user.role, at: state.accessVersion, in: call.db),
            try keys.accepts(verified.kid, at: state.accessVersion, now: Date(), in: call.db)
        else { throw APIError(.tokenRevoked, headers: try RefreshCookie.removalOfDead(call)) }
        if state.isStale {
            try call.db.note { db throws(DatabaseError) in try SessionRepository.touch(state.sessionID, in: db) }
        }
        call.keep(state.user)
        return Principal(
            identity: .user(state.user.reference), credential: .session(verified.session),
            permissions: permissions)
    }

    /// The state of a session, if it is live and its user may act.
    private func state(of sessionID: UUID, in db: Connection) throws(DatabaseError) -> State? {
        try db.first(
            """
            SELECT \(User.columnsOfU), \(SessionRow.id) AS session_id, \(SessionRow.isStale) AS is_stale,
                   v.version AS access_version
            FROM \(SessionRow.table) \(Authenticator.joins)
            WHERE \(SessionRow.publicID) = \(sessionID) AND \(SessionRow.isLive) AND \(UserRow.isActive)
            """)
    }

    private static let joins: SQL = "\(UserRow.join(on: SessionRow.userID)) \(AccessVersion.join)"

    /// The current state of a session and its user.
    private struct State: RowDecodable {
        static let columnNames = User.columnNames + "session_id, is_stale, access_version"

        let user: User
        let sessionID: UInt64
        let isStale: Bool
        let accessVersion: UInt64?

        init(row: Row) throws(DatabaseError) {
            user = try User(row: row)
            sessionID = try row.decode(14)
            isStale = try row.decode(15)
            accessVersion = try row.decode(16)
        }
    }
}
