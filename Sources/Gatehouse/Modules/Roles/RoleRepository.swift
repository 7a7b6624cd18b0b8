import Database
import FoundationEssentials
import Web

/// All statements on the table `roles`. Built-in roles have the permissions that the modules declare.
struct RoleRepository {
    let catalogue: PermissionCatalogue

    /// Every role.
    static func range(for list: ListRequest<Role.Sort>) -> ListRange {
        ListRoles.indexes.range(for: list, in: "roles", where: "TRUE")
    }

    func find(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [Role] {
        let roles: [Role] = try db.all("SELECT \(Role.columns) FROM roles WHERE id IN (\(list: ids))")
        return roles.map(resolved)
    }

    func find(_ publicID: UUID, lock: RowLock = .none, in db: Connection) throws(DatabaseError) -> Role? {
        try first("SELECT \(Role.columns) FROM roles WHERE public_id = \(publicID) \(lock)", in: db)
    }

    func find(named name: String, lock: RowLock = .none, in db: Connection) throws(DatabaseError) -> Role? {
        try first("SELECT \(Role.columns) FROM roles WHERE name = \(name) \(lock)", in: db)
    }

    /// - Throws: the duplicate key `uq_roles_name` if the name is taken.
    func insert(
        _ publicID: UUID, _ input: CreateRole, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            """
            INSERT INTO roles (public_id, name, description, permissions)
            VALUES (\(publicID), \(input.name), \(input.description), \(input.permissions))
            """)
        let event = RoleCreated(role: publicID, name: input.name, permissions: input.permissions)
        try hooks.fire(event, by: actor, in: db)
    }

    /// Changes a locked role.
    func update(
        _ role: Role, with change: UpdateRole, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            """
            UPDATE roles SET \(change.assignments), version = version + 1
            WHERE id = \(role.id) AND NOT is_built_in
            """)
        let permissions = change.permissions ?? role.permissions
        let event = RoleUpdated(role: role.publicID, name: role.name, permissions: permissions)
        try hooks.fire(event, by: actor, in: db)
    }

    /// - Returns: whether it was deleted; false if accounts still have it.
    func delete(_ role: Role, by actor: AuditActor, telling hooks: Hooks, in db: Connection) throws -> Bool {
        let deleted = try db.execute(
            """
            DELETE FROM roles WHERE id = \(role.id) AND NOT is_built_in
            AND NOT \(UserLookup.haveRole("roles.name"))
            """)
        guard deleted.affectedRows == 1 else { return false }
        try hooks.fire(RoleDeleted(role: role.publicID, name: role.name), by: actor, in: db)
        return true
    }

    private func first(_ statement: SQL, in db: Connection) throws(DatabaseError) -> Role? {
        let role: Role? = try db.first(statement)
        return role.map(resolved)
    }

    private func resolved(_ role: Role) -> Role {
        var role = role
        role.permissions = catalogue.permissions(ofRole: role.name, stored: role.permissions)
        return role
    }
}
