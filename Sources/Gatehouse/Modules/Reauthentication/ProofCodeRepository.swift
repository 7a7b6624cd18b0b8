import Database
import FoundationEssentials

/// All statements on the table `proof_codes`.
enum ProofCodeRepository {
    /// A stored code.
    struct Stored: DeclaredRow {
        let sessionID: UInt64
        let keyID: String
        let mac: [UInt8]

        static let columns = Columns(
            of: "p", Stored.init,
            Column("session_id", \.sessionID),
            Column("key_id", \.keyID),
            Column("code_mac", \.mac))

        func isCode(
            _ code: ProofCode, of session: UUID, mailedTo emailKey: String, _ masterKeys: MasterKeys
        ) -> Bool {
            code.matches(mac, keyID: keyID, for: session, mailedTo: emailKey, masterKeys)
        }
    }

    /// Stores a code for a live session, in the place of an earlier one.
    /// - Parameter user: whose address the code is mailed to.
    /// - Returns: whether there is such a session.
    static func store(
        _ code: ProofCode, for session: UUID, of user: User, _ masterKeys: MasterKeys, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let (keyID, mac) = code.stored(for: session, mailedTo: user.emailKey, masterKeys)
        return try db.execute(
            """
            INSERT INTO proof_codes (session_id, key_id, code_mac, expires_at)
            SELECT \(SessionRow.id), \(keyID), \(mac),
                   NOW(6) + INTERVAL \(Int(ProofCode.lifetime.components.seconds)) SECOND
            FROM \(SessionRow.table)
            WHERE \(SessionRow.publicID) = \(session) AND \(SessionRow.userID) = \(user.id) AND \(SessionRow.isLive)
            ON DUPLICATE KEY UPDATE key_id = VALUES(key_id), code_mac = VALUES(code_mac), attempts = 0,
                                    expires_at = VALUES(expires_at)
            """
        ).affectedRows > 0
    }

    /// Counts an attempt at the code of a session before it is compared, so guesses at the same time use up attempts,
    /// too.
    /// - Returns: whether one was left.
    static func takeAttempt(of session: UUID, in db: Connection) throws(DatabaseError) -> Bool {
        // Does not lock the session: consuming locks the code first, and the opposite order could deadlock.
        guard let code = try find(of: session, in: db) else { return false }
        return try db.execute(
            """
            UPDATE proof_codes SET attempts = attempts + 1
            WHERE session_id = \(code.sessionID) AND attempts < \(ProofCode.attempts) AND expires_at > NOW(6)
            """
        ).affectedRows == 1
    }

    static func find(of session: UUID, in db: Connection) throws(DatabaseError) -> Stored? {
        try db.first(
            """
            SELECT \(Stored.columns) FROM proof_codes p \(SessionRow.join(on: "p.session_id"))
            WHERE \(SessionRow.publicID) = \(session)
            """)
    }

    /// Consumes a code.
    /// - Returns: whether it was still the code of its session.
    static func consume(_ stored: Stored, in db: Connection) throws(DatabaseError) -> Bool {
        try db.execute(
            "DELETE FROM proof_codes WHERE session_id = \(stored.sessionID) AND code_mac = \(stored.mac)"
        ).affectedRows == 1
    }

    /// Deletes codes that have expired.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM proof_codes WHERE expires_at < NOW(6) ORDER BY expires_at LIMIT \(limit)"
        ).affectedRows
    }
}
