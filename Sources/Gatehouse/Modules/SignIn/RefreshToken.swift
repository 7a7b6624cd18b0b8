import Cryptography
import Database
import FoundationEssentials

/// A presented refresh token with its session and user, read before anything is locked. Of these only the role can
/// change, and an access token with an outdated role is refused.
struct PresentedToken: RowDecodable {
    let id: UInt64
    let sessionID: UInt64
    let session: UUID
    let userID: UInt64
    let user: UUID
    let role: String
    let isUserActive: Bool
    let accessVersion: UInt64?

    static let columnNames: ColumnNames = """
        id, session_id, session, user_id, user, role, is_user_active, access_version
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode(0)
        sessionID = try row.decode(1)
        session = try row.decode(2)
        userID = try row.decode(3)
        user = try row.decode(4)
        role = try row.decode(5)
        isUserActive = try row.decode(6)
        accessVersion = try row.decode(7)
    }
}

/// A refresh token's position in its chain, and the state of its session, with both rows locked.
struct RefreshToken: RowDecodable {
    let id: UInt64
    let parentID: UInt64?
    let isExpired: Bool
    let isUsed: Bool
    /// Whether its use is not longer ago than the grace.
    let isInGrace: Bool
    let isSuccessorUsed: Bool
    let successorSealed: [UInt8]?
    let isSessionRevoked: Bool
    let isSessionLive: Bool
    /// Whether the use of the session must be recorded.
    let isSessionStale: Bool

    static let columnNames: ColumnNames = """
        id, parent_id, is_expired, is_used, is_in_grace, is_successor_used, successor_sealed, is_session_revoked,
        is_session_live, is_session_stale
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode(0)
        parentID = try row.decode(1)
        isExpired = try row.decode(2)
        isUsed = try row.decode(3)
        isInGrace = try row.decode(4)
        isSuccessorUsed = try row.decode(5)
        successorSealed = try row.decode(6)
        isSessionRevoked = try row.decode(7)
        isSessionLive = try row.decode(8)
        isSessionStale = try row.decode(9)
    }
}

/// All statements on the table `refresh_tokens`.
enum RefreshTokenRepository {
    private static let joins: SQL = """
        \(SessionRow.join(on: "t.session_id")) \(UserRow.join(on: SessionRow.userID))
        """
    private static let user: SQL = """
        \(UserRow.id) AS user_id, \(UserRow.publicID) AS user, \(UserRow.role), \(UserRow.isActive) AS is_user_active
        """

    /// Finds a presented token, without locks.
    static func find(_ token: OpaqueToken, in db: Connection) throws(DatabaseError) -> PresentedToken? {
        try db.first(
            """
            SELECT t.id, t.session_id, \(SessionRow.publicID) AS session, \(user), v.version AS access_version
            FROM refresh_tokens t \(joins) \(AccessVersion.join)
            WHERE t.token_hash = \(token.hash)
            """)
    }

    /// The session of a token, live or not.
    static func session(of token: OpaqueToken, in db: Connection) throws(DatabaseError) -> SessionReference? {
        try db.first(
            "SELECT \(SessionReference.columns) FROM refresh_tokens t \(joins) WHERE t.token_hash = \(token.hash)")
    }

    /// Locks the session of a token, then the token: rotation, sign-out and revocation all lock the session's row. Both
    /// are found by their primary keys, so MariaDB reads them first, in the order of the statement. Times are compared
    /// by the database's clock.
    /// - Parameter grace: the time after its use for which a token still gets its successor, in seconds.
    static func lock(
        _ token: PresentedToken, grace: Int, in db: Connection
    ) throws(DatabaseError) -> RefreshToken? {
        try db.first(
            """
            SELECT t.id, t.parent_id, t.expires_at <= NOW(6) AS is_expired, t.used_at IS NOT NULL AS is_used,
                   COALESCE(t.used_at > NOW(6) - INTERVAL \(grace) SECOND, FALSE) AS is_in_grace,
                   EXISTS (SELECT 1 FROM refresh_tokens n WHERE n.parent_id = t.id AND n.used_at IS NOT NULL)
                       AS is_successor_used,
                   t.successor_sealed, \(SessionRow.isRevoked) AS is_session_revoked,
                   \(SessionRow.isLive) AS is_session_live, \(SessionRow.isStale) AS is_session_stale
            FROM \(SessionRow.table) STRAIGHT_JOIN refresh_tokens t
            WHERE \(SessionRow.id) = \(token.sessionID) AND t.id = \(token.id)
            FOR UPDATE
            """)
    }

    /// Adds a token to a session: the first without a parent, each other one as the only successor of its parent.
    static func insert(
        _ token: OpaqueToken, session: UInt64, parent: UInt64?, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO refresh_tokens (session_id, parent_id, token_hash, expires_at)
            SELECT \(SessionRow.id), \(parent), \(token.hash),
                   LEAST(\(SessionRow.expiresAt), NOW(6) + INTERVAL \(Session.idleDays) DAY)
            FROM \(SessionRow.table) WHERE \(SessionRow.id) = \(session)
            """)
    }

    /// Records the use of a token, stores its sealed successor for a repeated answer, and erases the seal of its
    /// parent, whose successor is now used.
    static func markUsed(_ token: RefreshToken, successorSealed: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE refresh_tokens
            SET successor_sealed = IF(id = \(token.id), \(successorSealed), NULL), used_at = COALESCE(used_at, NOW(6))
            WHERE (id = \(token.id) AND used_at IS NULL) OR id = \(token.parentID)
            """)
    }
}

/// Seals a successor so that only a holder of its predecessor can read it: AES-256-GCM under a key derived from the
/// presented token, so no key of the server can open the chain.
enum SuccessorSeal {
    static func seal(_ successor: OpaqueToken, under presented: OpaqueToken) throws -> [UInt8] {
        try key(presented).seal(successor.text.utf8, for: "".utf8)
    }

    static func open(_ sealed: [UInt8], under presented: OpaqueToken) throws -> OpaqueToken? {
        let text = try key(presented).open(sealed, for: "".utf8)
        return OpaqueToken(.refresh, String(decoding: text, as: UTF8.self))
    }

    private static func key(_ presented: OpaqueToken) throws -> EncryptionKey {
        try KeyMaterial(bytes: presented.text.utf8).key(info: "refresh-successor".utf8)
    }
}

extension OpaqueToken.Kind {
    /// A refresh token.
    static let refresh = OpaqueToken.Kind(prefix: "ghr_")
}
