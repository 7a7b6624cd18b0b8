import Database
import FoundationEssentials
import Web

/// All statements on the table `invitations`.
enum InvitationRepository {
    /// Who sent it; nobody where the account was erased, or an organization's key did.
    static let inviterJoin = UserRow.leftJoin(on: "i.invited_by")
    private static let select: SQL = "SELECT \(Invitation.columns) FROM invitations i \(inviterJoin)"

    /// Writes an invitation. A stored invitation of the same address is renewed and keeps its id; its earlier link
    /// becomes void, since it would now give another role.
    /// - Parameter emailKey: the key that an account with the address has or would have.
    static func put(
        _ publicID: UUID, to email: EmailAddress, _ emailKey: String, as role: Invitation.Role,
        from sender: Invitation.Sender, of organization: OrganizationReference, by actor: AuditActor,
        telling hooks: Hooks, in db: Connection
    ) throws -> Invitation {
        try db.execute(
            """
            INSERT INTO invitations
                (public_id, organization_id, email, email_key, role, invited_by, api_key_id, expires_at)
            VALUES (\(publicID), \(organization.id), \(email.entered), \(emailKey), \(role), \(sender.userID),
                    \(sender.keyID), NOW(6) + INTERVAL \(Invitation.daysOpen) DAY)
            ON DUPLICATE KEY UPDATE email = VALUES(email), role = VALUES(role), invited_by = VALUES(invited_by),
                                    api_key_id = VALUES(api_key_id), token_hash = NULL, expires_at = VALUES(expires_at)
            """)
        guard let invitation = try find(emailKey: emailKey, of: organization.id, in: db) else { throw RowVanished() }
        try hooks.fire(
            InvitationSent(
                organization: organization, invitation: invitation.publicID, role: role.ofMember, emailKey: emailKey),
            by: actor, in: db)
        return invitation
    }

    static func find(
        emailKey: String, of organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> Invitation? {
        try db.first("\(select) WHERE i.email_key = \(emailKey) AND i.organization_id = \(organizationID)")
    }

    /// An open invitation.
    static func find(
        _ publicID: UUID, of organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> Invitation? {
        try db.first(
            """
            \(select)
            WHERE i.public_id = \(publicID) AND i.organization_id = \(organizationID) AND i.expires_at > NOW(6)
            """)
    }

    /// The open invitations of an organization.
    static func range(of organizationID: UInt64, for list: ListRequest<Invitation.Sort>) -> ListRange {
        ListInvitations.indexes.range(
            for: list, in: "invitations", where: "organization_id = \(organizationID) AND expires_at > NOW(6)")
    }

    /// Invitations of an organization by their ids.
    static func find(
        _ ids: [UInt64], of organizationID: UInt64, in db: Connection
    ) throws(DatabaseError) -> [Invitation] {
        try db.all("\(select) WHERE i.organization_id = \(organizationID) AND i.id IN (\(list: ids))")
    }

    /// Revokes an open invitation.
    /// - Returns: whether there was one.
    static func revoke(
        _ publicID: UUID, of organization: OrganizationReference, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> Bool {
        let deleted = try db.execute(
            """
            DELETE FROM invitations
            WHERE public_id = \(publicID) AND organization_id = \(organization.id) AND expires_at > NOW(6)
            """)
        guard deleted.affectedRows == 1 else { return false }
        let event = InvitationRevoked(organization: organization, invitation: publicID, cause: .request)
        try hooks.fire(event, by: actor, in: db)
        return true
    }

    /// Revokes the invitations to an address, to all organizations or to one.
    /// - Returns: their public ids.
    static func revokeAll(
        to emailKey: String, of organizationID: UInt64? = nil, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> [UUID] {
        try revokeAll(where: "email_key = \(emailKey)", of: organizationID, by: actor, telling: hooks, in: db)
    }

    /// Revokes the invitations that a user sent, to all organizations or to one, including those by keys that the user
    /// made.
    /// - Returns: their public ids.
    static func revokeAll(
        sentBy userID: UInt64, of organizationID: UInt64? = nil, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> [UUID] {
        let keys = try APIKeyRepository.ids(madeBy: userID, for: organizationID, in: db)
        let byKeys: [UUID] =
            keys.isEmpty
            ? []
            : try revokeAll(
                where: "api_key_id IN (\(list: keys))", of: organizationID, by: actor, telling: hooks, in: db)
        return try revokeAll(where: "invited_by = \(userID)", of: organizationID, by: actor, telling: hooks, in: db)
            + byKeys
    }

    private static func revokeAll(
        where condition: SQL, of organizationID: UInt64?, by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws -> [UUID] {
        var condition = condition
        if let organizationID { condition += " AND organization_id = \(organizationID)" }
        let revoked: [Revoked] = try db.all(
            """
            DELETE FROM invitations WHERE \(condition)
            RETURNING public_id, organization_id, \(OrganizationLookup.publicID(of: "organization_id")) AS organization
            """)
        for one in revoked {
            let event = InvitationRevoked(
                organization: one.organization, invitation: one.publicID, cause: .lostRight)
            try hooks.fire(event, by: actor, in: db)
        }
        return revoked.map(\.publicID)
    }

    private struct Revoked: RowDecodable {
        let publicID: UUID
        let organization: OrganizationReference

        init(row: Row) throws(DatabaseError) {
            publicID = try row.decode("public_id")
            organization = OrganizationReference(
                id: try row.decode("organization_id"), publicID: try row.decode("organization"))
        }
    }

    /// Deletes the invitations to an organization.
    static func deleteAll(of organizationID: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM invitations WHERE organization_id = \(organizationID)")
    }

    /// Deletes invitations that have expired.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            "DELETE FROM invitations WHERE expires_at < NOW(6) - INTERVAL 1 DAY ORDER BY expires_at LIMIT \(limit)"
        ).affectedRows
    }
}

// MARK: - Links

extension InvitationRepository {
    /// The data for the mail about an invitation.
    struct Letter: RowDecodable {
        let email: String
        let organizationName: String
        let inviterName: String?
        let role: Invitation.Role
        let expiresAt: Date

        init(row: Row) throws(DatabaseError) {
            email = try row.decode("email")
            organizationName = try row.decode("organization_name")
            inviterName = try row.decode("inviter_name")
            role = try row.decode("role")
            expiresAt = try row.decode("expires_at")
        }
    }

    /// The offer of a token.
    struct Offer: RowDecodable {
        let publicID: UUID
        let organizationID: UInt64
        let organizationPublicID: UUID
        var organization: OrganizationReference {
            OrganizationReference(id: organizationID, publicID: organizationPublicID)
        }
        /// The address to which it was sent, as entered.
        let email: String
        let emailKey: String
        let role: Invitation.Role
        let sender: Invitation.Sender
        let sentAt: Date

        init(row: Row) throws(DatabaseError) {
            publicID = try row.decode("public_id")
            organizationID = try row.decode("organization_id")
            organizationPublicID = try row.decode("organization_public_id")
            email = try row.decode("email")
            emailKey = try row.decode("email_key")
            role = try row.decode("role")
            sender = try Invitation.Sender(row: row)
            sentAt = try row.decode("sent_at")
        }
    }

    /// Stores the token that accepts an open invitation; an earlier token becomes void.
    /// - Returns: the data for the mail; `nil` if the invitation is no longer open.
    static func store(
        _ token: OpaqueToken, for publicID: UUID, emailKey: String, in db: Connection
    ) throws(DatabaseError) -> Letter? {
        try db.execute(
            """
            UPDATE invitations SET token_hash = \(token.hash)
            WHERE public_id = \(publicID) AND email_key = \(emailKey) AND expires_at > NOW(6)
            """)
        return try db.first(
            """
            SELECT i.email, o.name AS organization_name, \(UserRow.name) AS inviter_name, i.role, i.expires_at
            FROM invitations i JOIN organizations o ON o.id = i.organization_id \(inviterJoin)
            WHERE i.token_hash = \(token.hash)
            """)
    }

    private static let offer: SQL = """
        SELECT i.public_id, i.organization_id, o.public_id AS organization_public_id, i.email, i.email_key,
               i.role, i.invited_by, i.api_key_id, i.expires_at - INTERVAL \(Invitation.daysOpen) DAY AS sent_at
        FROM invitations i JOIN organizations o ON o.id = i.organization_id
        """

    /// The offer of a valid token, which stays valid.
    static func find(_ token: OpaqueToken, in db: Connection) throws(DatabaseError) -> Offer? {
        try db.first("\(offer) WHERE i.token_hash = \(token.hash) AND i.expires_at > NOW(6)")
    }

    /// The offer of a valid token, if it was sent to an address.
    static func find(tokenHash: [UInt8], to emailKey: String, in db: Connection) throws(DatabaseError) -> Offer? {
        try db.first(
            """
            \(offer)
            WHERE i.token_hash = \(tokenHash) AND i.email_key = \(emailKey) AND i.expires_at > NOW(6)
            """)
    }

    /// The open offers to an address, one of an organization.
    static func offers(to emailKey: String, in db: Connection) throws(DatabaseError) -> [Offer] {
        try db.all("\(offer) WHERE i.email_key = \(emailKey) AND i.expires_at > NOW(6)")
    }

    /// Consumes a token with its invitation. Of any number of concurrent uses, one deletes the row. A renewed
    /// invitation has no token or another one, so the data that was read for this token is still valid.
    /// - Returns: `false` for a token that was used, has expired or never existed.
    static func consume(
        _ token: OpaqueToken, of offer: Offer, for user: UserReference, by actor: AuditActor, telling hooks: Hooks,
        in db: Connection
    ) throws -> Bool {
        let deleted = try db.execute(
            "DELETE FROM invitations WHERE token_hash = \(token.hash) AND expires_at > NOW(6)")
        guard deleted.affectedRows == 1 else { return false }
        try hooks.fire(
            InvitationAccepted(organization: offer.organization, invitation: offer.publicID, user: user), by: actor,
            in: db)
        return true
    }
}
