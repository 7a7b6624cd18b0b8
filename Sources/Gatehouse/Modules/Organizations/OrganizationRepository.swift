import Database
import FoundationEssentials
import Web

/// All statements on the table `organizations`.
enum OrganizationRepository {
    /// - Throws: the duplicate key `uq_organizations_slug` where the slug is taken.
    static func insert(
        _ publicID: UUID, name: String, slug: String, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> OrganizationReference {
        let inserted = try db.execute(
            "INSERT INTO organizations (public_id, name, slug) VALUES (\(publicID), \(name), \(slug))")
        let organization = OrganizationReference(id: inserted.lastInsertID, publicID: publicID)
        try hooks.fire(OrganizationCreated(organization: organization, name: name, slug: slug), by: actor, in: db)
        return organization
    }

    /// An organization, for a caller with this role in it.
    static func find(_ id: UInt64, as role: MemberRole, in db: Connection) throws(DatabaseError) -> Organization? {
        var organization: Organization? = try db.first(
            "SELECT \(Organization.columns) FROM organizations WHERE id = \(id)")
        organization?.role = role
        return organization
    }

    /// Organizations, for a caller with these memberships.
    static func find(_ memberships: [Membership], in db: Connection) throws(DatabaseError) -> [Organization] {
        let ids = memberships.map(\.organizationID)
        var organizations: [Organization] = try db.all(
            "SELECT \(Organization.columns) FROM organizations WHERE id IN (\(list: ids))")
        for index in organizations.indices {
            let membership = memberships.first { $0.organizationID == organizations[index].id }
            if let membership { organizations[index].role = membership.role }
        }
        return organizations
    }

    /// The organizations of a user.
    static func range(_ memberships: [Membership], for list: ListRequest<Organization.Sort>) -> ListRange {
        ListOrganizations.indexes.range(
            for: list, in: "organizations", where: "id IN (\(list: memberships.map(\.organizationID)))")
    }

    /// Locks organizations in the order of their ids, so two requests that lock several do not deadlock.
    /// - Returns: the existing ones, without the caller's role.
    @discardableResult static func lock(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [Organization] {
        try db.all(
            "SELECT \(Organization.columns) FROM organizations WHERE id IN (\(list: ids)) ORDER BY id FOR UPDATE")
    }

    /// - Parameter fields: those whose value differs from the organization's.
    /// - Throws: the duplicate key `uq_organizations_slug` where the slug is taken.
    static func update(
        _ organization: OrganizationReference, with change: UpdateOrganization,
        of fields: Set<OrganizationChanged.Field>, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            "UPDATE organizations SET \(change.assignments), version = version + 1 WHERE id = \(organization.id)")
        try hooks.fire(OrganizationChanged(organization: organization, fields: fields), by: actor, in: db)
    }

    /// Frees the slug of a deleted organization by replacing it with a text that cannot be a slug.
    static func freeSlug(of id: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute("UPDATE organizations SET slug = CONCAT('/', public_id) WHERE id = \(id)")
    }

    /// Deletes an organization with everything that refers to it.
    static func delete(
        _ organization: OrganizationReference, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute("DELETE FROM organizations WHERE id = \(organization.id)")
        try hooks.fire(OrganizationErased(organization: organization), by: actor, in: db)
    }
}
