import Database
import FoundationEssentials
import Web

/// Lists and searches of accounts for administrators, including deleted ones.
extension UserRepository {
    /// The scope of the words of names and addresses.
    static let wordScope = "users"

    /// The source of a list of accounts.
    static func source(for input: ListUsers) throws(NormalizationError) -> ListSource {
        if let search = input.list.search { return .search(search, scopes: [wordScope]) }
        if let prefix = input.emailPrefix { return .range(try EmailPrefix(prefix).range) }
        var conditions: SQL = "TRUE"
        if let role = input.role { conditions += " AND role = \(role)" }
        if let status = input.status { conditions += " AND status = \(status)" }
        return .range(ListUsers.indexes.range(for: input.list, in: "users", where: conditions))
    }

    static func findAny(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [User] {
        try db.all("SELECT \(User.columns) FROM users WHERE id IN (\(list: ids))")
    }

    /// Writes the search words of an account; call it in the transaction of the change.
    static func writeWords(of id: UInt64, in db: Connection) throws {
        guard let user = try findAny([id], in: db).first else { return }
        try Words.set([user.name, user.email], of: id, in: wordScope, in: db)
        try db.execute(
            "UPDATE users SET has_words = TRUE, updated_at = updated_at WHERE id = \(id) AND NOT has_words")
    }

    /// Locks some accounts that were not created by the program and have no words yet.
    static func lockWithoutWords(limit: Int, in db: Connection) throws(DatabaseError) -> [UInt64] {
        try db.all(
            "SELECT id FROM users WHERE has_words = 0 ORDER BY id LIMIT \(limit) FOR UPDATE SKIP LOCKED")
    }
}
