import Crypto
import Database
import FoundationEssentials

/// A refresh token's place in its chain, with its row locked.
struct RefreshToken: RowDecodable {
    let id: UInt64
    let parentID: UInt64?
    let isExpired: Bool
    let isUsed: Bool
    /// Whether its one use lies no further back than the grace.
    let isInGrace: Bool
    let isSuccessorUsed: Bool
    let successorSealed: [UInt8]?

    static let columnNames: ColumnNames = """
        id, parent_id, is_expired, is_used, is_in_grace, is_successor_used, successor_sealed
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode(0)
        parentID = try row.decode(1)
        isExpired = try row.decode(2)
        isUsed = try row.decode(3)
        isInGrace = try row.decode(4)
        isSuccessorUsed = try row.decode(5)
        successorSealed = try row.decode(6)
    }
}

/// Every statement about the table `refresh_tokens`.
enum RefreshTokenRepository {
    /// Where a presented token belongs; nothing is locked yet.
    struct Location: RowDecodable {
        let id: UInt64
        let sessionID: UInt64

        static let columnNames: ColumnNames = "id, session_id"

        init(row: Row) throws(DatabaseError) {
            id = try row.decode(0)
            sessionID = try row.decode(1)
        }
    }

    static func locate(_ token: OpaqueToken, in db: Connection) throws(DatabaseError) -> Location? {
        try db.first("SELECT id, session_id FROM refresh_tokens WHERE token_hash = \(token.hash)")
    }

    /// The session that a token belongs to, whether or not it is live.
    static func session(of token: OpaqueToken, in db: Connection) throws(DatabaseError) -> SessionReference? {
        guard let location = try locate(token, in: db) else { return nil }
        return try SessionRepository.named(location.sessionID, in: db)
    }

    /// Locks a token, after its session. Times are compared by the database's clock.
    /// - Parameter grace: how long after its use a token still gets its successor, in seconds.
    static func lock(_ id: UInt64, grace: Int, in db: Connection) throws(DatabaseError) -> RefreshToken? {
        try db.first(
            """
            SELECT t.id, t.parent_id, t.expires_at <= NOW(6) AS is_expired, t.used_at IS NOT NULL AS is_used,
                   COALESCE(t.used_at > NOW(6) - INTERVAL \(grace) SECOND, FALSE) AS is_in_grace,
                   EXISTS (SELECT 1 FROM refresh_tokens s WHERE s.parent_id = t.id AND s.used_at IS NOT NULL)
                       AS is_successor_used,
                   t.successor_sealed
            FROM refresh_tokens t WHERE t.id = \(id) FOR UPDATE
            """)
    }

    /// Adds a token to a session: the first without a parent, each other one as the only successor of its parent.
    static func insert(
        _ token: OpaqueToken, session: UInt64, parent: UInt64?, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO refresh_tokens (session_id, parent_id, token_hash, expires_at)
            SELECT id, \(parent), \(token.hash), LEAST(expires_at, NOW(6) + INTERVAL \(Session.idleDays) DAY)
            FROM sessions WHERE id = \(session)
            """)
    }

    /// Notes the use of a token, keeps its successor sealed for a repeated answer, and erases the seal of its parent, whose
    /// successor is thereby used.
    static func markUsed(_ token: RefreshToken, successorSealed: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE refresh_tokens SET used_at = NOW(6), successor_sealed = \(successorSealed)
            WHERE id = \(token.id) AND used_at IS NULL
            """)
        if let parent = token.parentID {
            try db.execute("UPDATE refresh_tokens SET successor_sealed = NULL WHERE id = \(parent)")
        }
    }
}

/// Keeps a successor readable for whoever presents its predecessor, and for nobody else: AES-256-GCM under a key derived from
/// the presented token, so that no key of the server opens the chain.
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
