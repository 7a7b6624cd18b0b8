/// A session with an open transaction in the schema, which may hold a lock that a migration waits for.
package struct LockHolder: Sendable, Equatable, CustomStringConvertible {
    /// The id for KILL.
    let session: UInt64
    /// The account, as MariaDB writes it.
    let account: String
    /// The age of the transaction in seconds; `nil` if the migrating account may not see transactions.
    let seconds: Int?

    /// The session, for people; without its statement, which could contain values.
    package var description: String {
        let time = seconds.map { ", in a transaction for \($0) s" } ?? ""
        return "session \(session) of \(account)\(time)"
    }

    /// A sentence about the possible holders of the lock.
    package static func sentence(_ holders: [LockHolder]) -> String {
        guard !holders.isEmpty else {
            return "The holder is not visible; the migrating account needs the right PROCESS to see it."
        }
        return "It may be held by \(holders.map(\.description).joined(separator: "; "))."
    }

    /// The other sessions in the schema with an open transaction, the oldest first; without the right PROCESS, all
    /// sessions of the same account.
    static func all(on connection: Connection) throws(DatabaseError) -> [LockHolder] {
        do throws(DatabaseError) {
            return try connection.all(
                """
                SELECT p.id, CONCAT(p.user, '@', p.host) AS account,
                       TIMESTAMPDIFF(SECOND, CONVERT_TZ(t.trx_started, 'SYSTEM', '+00:00'), NOW()) AS seconds
                FROM information_schema.processlist p
                JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
                WHERE p.id <> CONNECTION_ID() AND (p.db <=> DATABASE() OR p.db IS NULL)
                ORDER BY t.trx_started LIMIT 10
                """)
        } catch {
            guard error.number == ServerError.rightMissing else { throw error }
            return try connection.all(
                """
                SELECT id, CONCAT(user, '@', host) AS account, NULL AS seconds FROM information_schema.processlist
                WHERE id <> CONNECTION_ID() AND db = DATABASE() ORDER BY time DESC LIMIT 10
                """)
        }
    }
}

extension LockHolder: RowDecodable {
    /// Reads one of `all`.
    package init(row: Row) throws(DatabaseError) {
        session = try row.decode("id")
        account = try row.decode("account")
        seconds = try row.decode("seconds")
    }
}
