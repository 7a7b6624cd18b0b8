import Database

/// The row of a user in statements of other modules, as pieces of SQL. They join it as `u` and take its table and
/// columns from here. So only this module knows the row, and a list with its people stays one statement.
enum UserRow {
    /// Joins the user whose internal id a column has.
    static func join(on column: SQL) -> SQL { "JOIN users u ON u.id = \(column)" }

    /// The same where there may be none.
    static func leftJoin(on column: SQL) -> SQL { "LEFT JOIN users u ON u.id = \(column)" }

    static let id: SQL = "u.id"
    static let publicID: SQL = "u.public_id"
    static let name: SQL = "u.name"
    static let email: SQL = "u.email"
    static let emailKey: SQL = "u.email_key"
    static let avatarURL: SQL = "u.avatar_url"
    /// Counts the changes of these.
    static let version: SQL = "u.version"
    /// The name of the role.
    static let role: SQL = "u.role"
    static let status: SQL = "u.status"

    static let isActive: SQL = "u.status = 'active'"
    static let isSuspended: SQL = "u.status = 'suspended'"
    /// Whether the account is deleted, and can be restored.
    static let isDeleted: SQL = "u.status = 'deleted'"
    static let isNotDeleted: SQL = "u.status <> 'deleted'"
}
