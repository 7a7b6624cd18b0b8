import Database
import FoundationEssentials
import Web

/// All statements that change the table `organization_members`, or read members for display. Others do not see a
/// deleted account as a member; its row stays in case the account is restored.
enum MemberRepository {
    static let userJoin = UserRow.join(on: "m.user_id")
    private static let select: SQL = """
        SELECT \(Member.columns) FROM organization_members m \(userJoin) AND \(UserRow.isNotDeleted)
        """

    static func insert(
        _ user: UserReference, into organization: OrganizationReference, as role: MemberRole, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            """
            INSERT INTO organization_members (organization_id, user_id, role)
            VALUES (\(organization.id), \(user.id), \(role))
            """)
        try hooks.fire(MemberJoined(organization: organization, user: user, role: role), by: actor, in: db)
    }

    /// The number of a user's organizations.
    static func countOrganizations(of userID: UInt64, in db: Connection) throws(DatabaseError) -> Int {
        try db.first("SELECT COUNT(*) FROM organization_members WHERE user_id = \(userID)") ?? 0
    }

    static func find(
        _ user: UUID, of organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> Member? {
        try db.first("\(select) WHERE m.organization_id = \(organizationID) AND \(UserRow.publicID) = \(user)")
    }

    /// The members of an organization, or those with a role.
    static func range(of organizationID: UInt64, for input: ListMembers) -> ListRange {
        var condition: SQL = """
            organization_id = \(organizationID) AND \(UserLookup.isNotDeleted("organization_members.user_id"))
            """
        if let role = input.role { condition += " AND role = \(role)" }
        return ListMembers.indexes.range(for: input.list, in: "organization_members", where: condition)
    }

    /// Members of an organization by the ids of their memberships.
    static func find(
        _ ids: [UInt64], of organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> [Member] {
        try db.all("\(select) WHERE m.organization_id = \(organizationID) AND m.id IN (\(list: ids))")
    }

    /// Whether the account with this address belongs to an organization.
    static func contains(
        emailKey: String, of organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let member: UInt64? = try db.first(
            """
            SELECT m.id FROM organization_members m \(userJoin)
            WHERE \(UserRow.emailKey) = \(emailKey) AND m.organization_id = \(organizationID)
              AND \(UserRow.isNotDeleted)
            """)
        return member != nil
    }

    /// - Parameter old: the current role.
    static func setRole(
        of user: UserReference, as old: MemberRole, in organization: OrganizationReference, to role: MemberRole,
        because cause: MemberRoleChanged.Cause = .change, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            """
            UPDATE organization_members SET role = \(role), version = version + 1
            WHERE organization_id = \(organization.id) AND user_id = \(user.id)
            """)
        try hooks.fire(
            MemberRoleChanged(organization: organization, user: user, oldRole: old, newRole: role, cause: cause),
            by: actor, in: db)
    }

    /// Ends a membership.
    /// - Returns: the former role; `nil` if the user was not a member.
    @discardableResult static func remove(
        _ user: UserReference, from organization: OrganizationReference, because cause: MemberLeft.Cause,
        by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> MemberRole? {
        let role: MemberRole? = try db.first(
            """
            DELETE FROM organization_members WHERE organization_id = \(organization.id) AND user_id = \(user.id)
            RETURNING role
            """)
        guard let role else { return nil }
        let event = MemberLeft(organization: organization, user: user, role: role, cause: cause)
        try hooks.fire(event, by: actor, in: db)
        return role
    }

    /// Removes all members from an organization.
    static func removeAll(from organizationID: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM organization_members WHERE organization_id = \(organizationID)")
    }

    /// Whether an organization, whose row is locked, has an owner who can sign in.
    /// - Parameter left: a user who does not count.
    static func hasOwner(
        _ organizationID: UInt64, otherThan left: UInt64? = nil, counting rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let owner: UInt64? = try db.first(
            """
            SELECT m.id FROM organization_members m \(userJoin)
            WHERE m.organization_id = \(organizationID) AND m.role = 'owner' AND NOT (m.user_id <=> \(left))
              AND \(rule.condition) LIMIT 1
            """)
        return owner != nil
    }
}
