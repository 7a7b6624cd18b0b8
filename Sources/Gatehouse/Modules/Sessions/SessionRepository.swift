import Database
import FoundationEssentials
import Web

/// The session of a token, live or not.
struct SessionReference: RowDecodable {
    let publicID: UUID
    let isLive: Bool
    let isRevoked: Bool
    let userID: UInt64
    let userPublicID: UUID

    var user: UserReference { UserReference(id: userID, publicID: userPublicID) }

    static let columnNames: ColumnNames = "public_id, is_live, is_revoked, user_id, user_public_id"
    /// The columns in a statement that joins `SessionRow` and `UserRow`.
    static let columns: SQL = """
        \(SessionRow.publicID), \(SessionRow.isLive) AS is_live, \(SessionRow.isRevoked) AS is_revoked,
        \(UserRow.id) AS user_id, \(UserRow.publicID) AS user_public_id
        """

    init(row: Row) throws(DatabaseError) {
        publicID = try row.decode(0)
        isLive = try row.decode(1)
        isRevoked = try row.decode(2)
        userID = try row.decode(3)
        userPublicID = try row.decode(4)
    }
}

/// All statements on the table `sessions`.
enum SessionRepository {
    /// Begins a session of a user who has signed in.
    /// - Parameters:
    ///   - provider: the provider by which the user signed in, if any.
    ///   - proofAge: the age of the proof of who the user is, in seconds; `nil` if it is unknown.
    /// - Returns: its internal id.
    static func insert(
        _ publicID: UUID, of user: UserReference, by provider: String?, proofAge: Int? = 0, from origin: Origin,
        telling hooks: Hooks, in db: Connection
    ) throws -> UInt64 {
        let inserted = try db.execute(
            """
            INSERT INTO sessions (public_id, user_id, user_agent, ip_address, authenticated_at, expires_at)
            VALUES (\(publicID), \(user.id), \(origin.userAgent), \(origin.address),
                    NOW(6) - INTERVAL \(proofAge) SECOND, NOW(6) + INTERVAL \(Session.lifetimeDays) DAY)
            """)
        try hooks.fire(
            UserSignedIn(user: user, session: publicID, provider: provider),
            by: AuditActor(user.publicID, session: publicID, from: origin), in: db)
        return inserted.lastInsertID
    }

    static func named(
        _ publicID: UUID, of userPublicID: UUID, in db: Connection
    ) throws(DatabaseError) -> SessionReference? {
        try db.first(
            """
            SELECT \(SessionReference.columns)
            FROM \(SessionRow.table) \(UserRow.join(on: SessionRow.userID))
            WHERE \(SessionRow.publicID) = \(publicID) AND \(UserRow.publicID) = \(userPublicID)
            """)
    }

    /// Ends a live session of a user.
    /// - Returns: whether there was one.
    static func end(
        _ publicID: UUID, of user: UserReference, because ending: Session.Ending, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws -> Bool {
        guard try setEnded(publicID, of: user, because: ending, in: db) else { return false }
        try hooks.fire(SessionEnded(user: user, session: publicID, ending: ending), by: actor, in: db)
        return true
    }

    /// Ends the live sessions of a user, all or all except one.
    /// - Returns: their number.
    @discardableResult static func endAll(
        of user: UserReference, except kept: UUID? = nil, because ending: Session.Ending, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws -> Int {
        let ended = try setAllEnded(of: user, except: kept, because: ending, in: db)
        guard ended > 0 else { return 0 }
        try hooks.fire(AllSessionsEnded(user: user, kept: kept, ending: ending), by: actor, in: db)
        return ended
    }

    /// Ends all sessions of a user on behalf of one of them, if that is live.
    /// - Returns: whether it was.
    static func endEverywhere(
        from publicID: UUID, of user: UserReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> Bool {
        guard try setEnded(publicID, of: user, because: .everywhere, in: db) else { return false }
        _ = try setAllEnded(of: user, because: .everywhere, in: db)
        try hooks.fire(AllSessionsEnded(user: user, kept: nil, ending: .everywhere), by: actor, in: db)
        return true
    }

    private static func setEnded(
        _ publicID: UUID, of user: UserReference, because ending: Session.Ending, in db: Connection
    ) throws(DatabaseError) -> Bool {
        try db.execute(
            """
            UPDATE sessions SET revoked_at = NOW(6), revoked_reason = \(ending)
            WHERE public_id = \(publicID) AND user_id = \(user.id) AND \(SessionRow.isLiveUnnamed)
            """
        ).affectedRows == 1
    }

    private static func setAllEnded(
        of user: UserReference, except kept: UUID? = nil, because ending: Session.Ending, in db: Connection
    ) throws(DatabaseError) -> Int {
        try db.execute(
            """
            UPDATE sessions SET revoked_at = NOW(6), revoked_reason = \(ending)
            WHERE user_id = \(user.id) AND revoked_at IS NULL AND NOT (public_id <=> \(kept))
            """
        ).affectedRows
    }

    /// The live sessions of a user.
    static func range(of userID: UInt64, for list: ListRequest<Session.Sort>) -> ListRange {
        ListSessions.indexes.range(
            for: list, in: "sessions", where: "user_id = \(userID) AND \(SessionRow.isLiveUnnamed)")
    }

    static func find(_ ids: [UInt64], of userID: UInt64, in db: Connection) throws(DatabaseError) -> [Session] {
        try db.all("SELECT \(Session.columns) FROM sessions WHERE id IN (\(list: ids)) AND user_id = \(userID)")
    }

    /// A session of a user, ended or not.
    static func find(_ publicID: UUID, of userID: UInt64, in db: Connection) throws(DatabaseError) -> Session? {
        try db.first(
            "SELECT \(Session.columns) FROM sessions WHERE public_id = \(publicID) AND user_id = \(userID)")
    }

    /// The number of a user's live sessions, counted to one past the reach of paging.
    static func count(of userID: UInt64, in db: Connection) throws(DatabaseError) -> Int {
        try db.first(
            """
            SELECT COUNT(*) FROM (
                SELECT id FROM sessions WHERE user_id = \(userID) AND \(SessionRow.isLiveUnnamed)
                LIMIT \(PageRequest.reach + 1)
            ) AS live
            """) ?? 0
    }

    /// The sessions of the signed-in user after one, in the order of their creation, including ended ones.
    static func exported(
        of caller: Caller, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [Session] {
        var sessions: [Session] = try db.all(
            """
            SELECT \(Session.columns) FROM sessions FORCE INDEX (idx_sessions_user)
            WHERE user_id = \(caller.user.id) AND id > \(id ?? 0) ORDER BY id LIMIT \(limit)
            """)
        for index in sessions.indices {
            sessions[index].isCurrent = sessions[index].publicID == caller.session
        }
        return sessions
    }

    /// Whether a session of a user is live. Code that ends all sessions of a user locks the user's row, so the result
    /// stays valid while the caller's transaction holds that row.
    static func isLive(_ publicID: UUID, of userID: UInt64, in db: Connection) throws(DatabaseError) -> Bool {
        let live: UInt64? = try db.first(
            """
            SELECT id FROM sessions
            WHERE public_id = \(publicID) AND user_id = \(userID) AND \(SessionRow.isLiveUnnamed)
            """)
        return live != nil
    }

    /// Whether the user of a live session proved within the last minutes who they are.
    static func isRecent(
        _ publicID: UUID, of userID: UInt64, minutes: Int, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let recent: UInt64? = try db.first(
            """
            SELECT id FROM sessions
            WHERE public_id = \(publicID) AND user_id = \(userID) AND \(SessionRow.isLiveUnnamed)
              AND authenticated_at > NOW(6) - INTERVAL \(minutes) MINUTE
            """)
        return recent != nil
    }

    /// Records that the user of a live session has proved who they are.
    /// - Returns: whether there is such a session.
    static func prove(_ publicID: UUID, of userID: UInt64, in db: Connection) throws(DatabaseError) -> Bool {
        try db.execute(
            """
            UPDATE sessions SET authenticated_at = NOW(6)
            WHERE public_id = \(publicID) AND user_id = \(userID) AND \(SessionRow.isLiveUnnamed)
            """
        ).affectedRows == 1
    }

    /// Records the use of a session, at most once a minute.
    static func touch(_ id: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE sessions s SET s.last_seen_at = NOW(6) WHERE s.id = \(id) AND \(SessionRow.isStale)
            """)
    }

    /// Deletes sessions that ended a while ago, with their tokens.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM sessions WHERE expires_at < NOW(6) - INTERVAL 30 DAY ORDER BY expires_at LIMIT \(limit)"
        ).affectedRows
    }
}
