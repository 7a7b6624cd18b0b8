/// A session with an open transaction in the schema, which may hold a lock that a migration waits for.
public struct LockHolder: Sendable, Equatable, CustomStringConvertible {
    /// What KILL takes.
    let session: UInt64
    /// As MariaDB writes them.
    let account: String
    /// For how long the transaction has been open; `nil` where the account of the migrations may not see transactions.
    let seconds: Int?

    /// Who it is, for people; never what the session runs, which could hold values.
    public var description: String {
        let time = seconds.map { ", in a transaction for \($0) s" } ?? ""
        return "session \(session) of \(account)\(time)"
    }

    /// Who may hold the lock, as a sentence.
    public static func sentence(_ holders: [LockHolder]) -> String {
        guard !holders.isEmpty else {
            return "Who holds it is not to be seen; with the right PROCESS the account of the migrations sees it."
        }
        return "It may be held by \(holders.map(\.description).joined(separator: "; "))."
    }

    /// The other sessions in the schema that have a transaction open, the oldest first; without the right PROCESS those
    /// of the same account, with or without a transaction.
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
    public init(row: Row) throws(DatabaseError) {
        session = try row.decode("id")
        account = try row.decode("account")
        seconds = try row.decode("seconds")
    }
}
