import Database
import FoundationEssentials
import Web

/// An account as operators see it.
struct AdministeredUser: RowDecodable, ResponseObject {
    let user: User
    let hasPassword: Bool
    let deletedAt: Date?

    static let columnNames = User.columnNames + "has_password, deleted_at"
    static let columns: SQL = "\(User.columns), password_hash IS NOT NULL AS has_password, deleted_at"

    func write(to output: inout Output) {
        user.write(to: &output)
        output.field("hasPassword", hasPassword)
        output.field("deletedAt", deletedAt)
    }

    static let example = AdministeredUser(
        user: .example, hasPassword: true, deletedAt: nil)
}

extension AdministeredUser {
    init(row: Row) throws(DatabaseError) {
        user = try User(row: row)
        hasPassword = try row.decode(14)
        deletedAt = try row.decode(15)
    }
}
