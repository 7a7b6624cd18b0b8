public import Database
public import FoundationEssentials

/// Subqueries about users for the statements of other modules, which do not join their rows.
public enum UserLookup {
    /// The public id of the user whose internal id a column has. A statement that locks rows then locks no user.
    public static func publicID(of column: SQL) -> SQL { "(SELECT public_id FROM users WHERE users.id = \(column))" }

    /// The internal id of a user.
    public static func id(of publicID: UUID) -> SQL { "(SELECT id FROM users WHERE public_id = \(publicID))" }

    /// Whether the user whose internal id a column has is not deleted. The account of each row is looked up: asked
    /// whether there EXISTS a deleted one, the server would gather all deleted accounts first.
    static func isNotDeleted(_ column: SQL) -> SQL {
        "(SELECT 1 FROM users u WHERE u.id = \(column) AND \(UserRow.isDeleted)) IS NULL"
    }

    /// Whether users have the role whose name a column has.
    static func haveRole(_ column: SQL) -> SQL { "EXISTS (SELECT 1 FROM users WHERE users.role = \(column))" }
}
