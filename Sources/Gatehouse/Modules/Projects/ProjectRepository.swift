import Database
import FoundationEssentials
import Web

/// All statements on the table `projects`, and the words of project names. Each function that looks up projects takes
/// the tenants of the caller; functions that change a project take one that was looked up and locked before.
enum ProjectRepository {
    /// - Throws: `DatabaseError.isMissingReference` if the tenant was deleted meanwhile.
    static func insert(
        _ publicID: UUID, of tenant: Tenant, owner ownerID: UInt64?, _ input: CreateProject, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws -> Project {
        let inserted = try db.execute(
            """
            INSERT INTO projects (public_id, user_id, organization_id, owner_id, name, description, status)
            VALUES (\(publicID), \(tenant.userID), \(tenant.organizationID), \(ownerID), \(input.name),
                    \(input.description), \(input.status))
            """)
        try Words.set([input.name], of: inserted.lastInsertID, in: tenant.wordScope, in: db)
        guard let project = try find(publicID, of: [tenant], in: db) else { throw RowVanished() }
        try hooks.fire(ProjectCreated(project: project.reference), by: actor, in: db)
        return project
    }

    /// A project of one of these tenants that is not deleted.
    /// - Parameter restorable: whether it may be deleted, as long as it can be restored.
    static func find(
        _ publicID: UUID, of tenants: [Tenant], restorable: Bool = false, lock: RowLock = .none, in db: Connection
    ) throws(DatabaseError) -> Project? {
        try db.first(
            """
            SELECT \(Project.columns) FROM projects
            WHERE public_id = \(publicID) AND tenant IN (\(list: tenants)) AND (deleted_at IS NULL
              OR (\(restorable) AND deleted_at > NOW(6) - INTERVAL \(Project.graceDays) DAY)) \(lock)
            """)
    }

    /// Changes a locked project.
    /// - Parameter fields: the names of the fields whose value differs from the project's.
    static func update(
        _ project: Project, with change: UpdateProject, of fields: [String], by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute("UPDATE projects SET \(change.assignments), version = version + 1 WHERE id = \(project.id)")
        if let name = change.name { try Words.set([name], of: project.id, in: project.tenant.wordScope, in: db) }
        try hooks.fire(ProjectUpdated(project: project.reference, fields: fields), by: actor, in: db)
    }

    /// Marks a locked project as deleted.
    static func markDeleted(
        _ project: Project, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute("UPDATE projects SET deleted_at = NOW(6), version = version + 1 WHERE id = \(project.id)")
        try Words.remove(of: project.id, from: project.tenant.wordScope, in: db)
        try hooks.fire(ProjectDeleted(project: project.reference), by: actor, in: db)
    }

    /// Restores a locked project.
    static func restore(
        _ project: Project, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute("UPDATE projects SET deleted_at = NULL, version = version + 1 WHERE id = \(project.id)")
        try Words.set([project.name], of: project.id, in: project.tenant.wordScope, in: db)
        try hooks.fire(ProjectRestored(project: project.reference), by: actor, in: db)
    }

    /// The user's own projects after one, oldest first, including deleted ones.
    static func exported(
        of userID: UInt64, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [Project] {
        try db.all(
            """
            SELECT \(Project.columns) FROM projects FORCE INDEX (idx_projects_user)
            WHERE user_id = \(userID) AND id > \(id ?? 0) ORDER BY id LIMIT \(limit)
            """)
    }

    /// Permanently deletes projects of a tenant, with their words.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func delete(of tenant: Tenant, limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        let deleted: [UInt64] = try db.all(
            """
            DELETE FROM projects WHERE tenant = \(tenant)
            ORDER BY is_deleted, created_at, id LIMIT \(limit) RETURNING id
            """)
        try Words.remove(of: deleted, from: tenant.wordScope, in: db)
        return deleted.count
    }

    /// Removes the creator from projects. This does not count as a change of the projects.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func disown(_ userID: UInt64, limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            UPDATE projects SET owner_id = NULL, updated_at = updated_at
            WHERE owner_id = \(userID) ORDER BY id LIMIT \(limit)
            """
        ).affectedRows
    }

    /// Permanently deletes projects that can no longer be restored, the longest deleted first.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, by actor: AuditActor, telling hooks: Hooks, in db: Connection) throws -> Int {
        let purged: [Project] = try db.all(
            """
            DELETE FROM projects WHERE deleted_at < NOW(6) - INTERVAL \(Project.graceDays) DAY
            ORDER BY deleted_at LIMIT \(limit) RETURNING \(Project.columns)
            """)
        for project in purged { try hooks.fire(ProjectPurged(project: project.reference), by: actor, in: db) }
        return purged.count
    }
}

extension ProjectRepository {
    /// The source of a list of projects.
    static func source(for input: ListProjects, of tenants: [Tenant]) -> ListSource {
        if let search = input.list.search { return .search(search, scopes: tenants.map(\.wordScope)) }
        var filter: SQL = "is_deleted = \(input.isDeleted)"
        if let status = input.status { filter += " AND status = \(status)" }
        if let ownerID = input.ownerID { filter += " AND owner_id = \(UserLookup.id(of: ownerID))" }
        return .range(
            ListProjects.indexes.range(for: input.list, in: "projects", where: filter, owners: .tenants(tenants)))
    }

    /// The projects of a page, including deleted ones.
    static func find(_ ids: [UInt64], of tenants: [Tenant], in db: Connection) throws(DatabaseError) -> [Project] {
        try db.all(
            "SELECT \(Project.columns) FROM projects WHERE id IN (\(list: ids)) AND tenant IN (\(list: tenants))")
    }
}

extension Tenant {
    /// The scope of the words of its projects. No foreign key covers them: code that deletes a tenant must remove them.
    var wordScope: String { "projects/\(rawValue)" }
}
