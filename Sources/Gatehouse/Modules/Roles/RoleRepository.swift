import Database
import FoundationEssentials

/// Every statement about the table `roles`.
enum RoleRepository {
    /// Every role. There is a handful.
    static let all = ListRange(table: "roles", index: nil, id: "id", column: "name", condition: "TRUE")

    static func find(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [Role] {
        try db.all("SELECT \(Role.columns) FROM roles WHERE id IN (\(list: ids))")
    }

    static func find(_ publicID: UUID, in db: Connection) throws(DatabaseError) -> Role? {
        try db.first("SELECT \(Role.columns) FROM roles WHERE public_id = \(publicID)")
    }

    static func find(named name: String, in db: Connection) throws(DatabaseError) -> Role? {
        try db.first("SELECT \(Role.columns) FROM roles WHERE name = \(name)")
    }

    /// Reads a role and holds off its change until the transaction ends, so that whoever is given it gets what was
    /// checked.
    static func hold(named name: String, in db: Connection) throws(DatabaseError) -> Role? {
        try db.first("SELECT \(Role.columns) FROM roles WHERE name = \(name) LOCK IN SHARE MODE")
    }

    /// Reads and locks a role for a change.
    static func lock(_ publicID: UUID, in db: Connection) throws(DatabaseError) -> Role? {
        try db.first("SELECT \(Role.columns) FROM roles WHERE public_id = \(publicID) FOR UPDATE")
    }

    /// - Throws: the duplicate key `uq_roles_name` where the name is taken.
    static func insert(_ publicID: UUID, _ input: CreateRole, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            INSERT INTO roles (public_id, name, description, permissions)
            VALUES (\(publicID), \(input.name), \(input.description), \(input.permissions))
            """)
    }

    static func update(_ id: UInt64, with change: UpdateRole, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE roles SET description = COALESCE(\(change.description), description),
                             permissions = COALESCE(\(change.permissions), permissions), version = version + 1
            WHERE id = \(id) AND NOT is_built_in
            """)
    }

    /// - Returns: whether it is gone; not where accounts have it.
    static func delete(_ id: UInt64, in db: Connection) throws(DatabaseError) -> Bool {
        try db.execute(
            """
            DELETE FROM roles WHERE id = \(id) AND NOT is_built_in
            AND NOT EXISTS (SELECT 1 FROM users WHERE users.role = roles.name)
            """
        ).affectedRows == 1
    }
}
