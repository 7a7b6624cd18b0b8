import Database

/// The row of a session in statements of other modules, as pieces of SQL. They read it as `s` and take its table and
/// columns from here. So only this module knows the row, and a token, its session and its user stay one statement.
enum SessionRow {
    /// The table, for `FROM`.
    static let table: SQL = "sessions s"

    /// Joins the session whose internal id a column has.
    static func join(on column: SQL) -> SQL { "JOIN sessions s ON s.id = \(column)" }

    static let id: SQL = "s.id"
    static let publicID: SQL = "s.public_id"
    /// The internal id of its user.
    static let userID: SQL = "s.user_id"
    static let expiresAt: SQL = "s.expires_at"

    /// Whether it was ended before its time.
    static let isRevoked: SQL = "s.revoked_at IS NOT NULL"
    /// Whether it is live: not ended, not past its end, and not idle for too long.
    static let isLive: SQL = """
        s.revoked_at IS NULL AND s.expires_at > NOW(6) AND s.last_seen_at > NOW(6) - INTERVAL \(Session.idleDays) DAY
        """
    /// The same in a statement that does not rename the table.
    static let isLiveUnnamed: SQL = """
        revoked_at IS NULL AND expires_at > NOW(6) AND last_seen_at > NOW(6) - INTERVAL \(Session.idleDays) DAY
        """
    /// Whether its use must be recorded again: that happens at most once a minute.
    static let isStale: SQL = "s.last_seen_at < NOW(6) - INTERVAL 1 MINUTE"
}
