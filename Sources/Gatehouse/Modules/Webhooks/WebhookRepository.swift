import Database
import FoundationEssentials
import Web

/// The statements on the table `webhooks`. The owner is an organization, or the installation if
/// it is `nil`.
enum WebhookRepository {
    static func insert(
        _ publicID: UUID, of organizationID: UInt64?, by creator: UInt64?, _ input: CreateWebhook, secret: [UInt8],
        in db: Connection
    ) throws(DatabaseError) {
        let inserted = try db.execute(
            """
            INSERT INTO webhooks (public_id, organization_id, created_by, url, description, events, secret)
            VALUES (\(publicID), \(organizationID), \(creator), \(input.url), \(input.description), \(input.events),
                    \(secret))
            """)
        try db.execute("INSERT INTO webhook_health (webhook_id) VALUES (\(inserted.lastInsertID))")
    }

    /// The number of webhooks of an owner.
    static func count(of organizationID: UInt64?, in db: Connection) throws(DatabaseError) -> Int {
        try db.first(
            "SELECT COUNT(*) FROM webhooks WHERE organization_id <=> \(organizationID) AND is_deleted = FALSE") ?? 0
    }

    static func find(
        _ publicID: UUID, of organizationID: UInt64?, lock: RowLock = .none, in db: Connection
    ) throws(DatabaseError) -> Webhook? {
        try db.first(
            """
            SELECT \(Webhook.columns) FROM webhooks
            WHERE public_id = \(publicID) AND organization_id <=> \(organizationID) AND is_deleted = FALSE \(lock)
            """)
    }

    /// A webhook of any owner.
    static func find(_ id: UInt64, in db: Connection) throws(DatabaseError) -> Webhook? {
        try db.first("SELECT \(Webhook.columns) FROM webhooks WHERE id = \(id) AND is_deleted = FALSE")
    }

    static func range(of organizationID: UInt64?, for list: ListRequest<Webhook.Sort>) -> ListRange {
        ListWebhooks.indexes.range(
            for: list, in: "webhooks", where: "organization_id <=> \(organizationID) AND is_deleted = FALSE")
    }

    static func find(
        _ ids: [UInt64], of organizationID: UInt64?, in db: Connection
    ) throws(DatabaseError) -> [Webhook] {
        try db.all(
            """
            SELECT \(Webhook.columns) FROM webhooks
            WHERE id IN (\(list: ids)) AND organization_id <=> \(organizationID) AND is_deleted = FALSE
            """)
    }

    /// Changes a locked webhook. If it is enabled again, its earlier failures no longer count.
    static func update(_ webhook: Webhook, with change: UpdateWebhook, in db: Connection) throws {
        let status = change.status ?? webhook.status
        let reason: Webhook.DisabledReason? =
            status == .enabled ? nil : status == webhook.status ? webhook.disabledReason : .request
        try db.execute(
            """
            UPDATE webhooks SET \(change.assignments), disabled_reason = \(reason), version = version + 1
            WHERE id = \(webhook.id)
            """)
        if status == .enabled, webhook.status == .disabled {
            try WebhookHealth.forgetFailures(of: webhook.id, isTroubled: true, in: db)
        }
    }

    /// Replaces the secret of a locked webhook. The replaced one signs for a day more; one that was replaced before
    /// ends at once.
    static func rotate(_ webhook: Webhook, to secret: [UInt8], in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE webhooks
            SET previous_secret = secret, secret = \(secret),
                previous_secret_ends_at = NOW(6) + INTERVAL \(Webhook.overlapHours) HOUR, version = version + 1
            WHERE id = \(webhook.id)
            """)
    }

    /// Disables a webhook that is enabled, on behalf of the program.
    /// - Returns: whether it was enabled.
    static func disable(
        _ id: UInt64, because reason: Webhook.DisabledReason, in db: Connection
    ) throws(DatabaseError) -> Bool {
        try db.execute(
            """
            UPDATE webhooks SET status = 'disabled', disabled_reason = \(reason), version = version + 1
            WHERE id = \(id) AND status = 'enabled'
            """
        ).affectedRows == 1
    }

    /// Marks a locked webhook as deleted, and forgets its secrets.
    static func markDeleted(_ webhook: Webhook, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE webhooks SET deleted_at = NOW(6), secret = '', previous_secret = NULL, version = version + 1
            WHERE id = \(webhook.id)
            """)
    }

    /// Deletes all webhooks of an organization, whose row is locked.
    static func deleteAll(of organizationID: UInt64, in db: Connection) throws(DatabaseError) {
        let webhooks: [Webhook] = try db.all(
            """
            SELECT \(Webhook.columns) FROM webhooks
            WHERE organization_id = \(organizationID) AND is_deleted = FALSE FOR UPDATE
            """)
        for webhook in webhooks {
            try markDeleted(webhook, in: db)
            try Audit.record(.webhookDeleted, by: .program, target: webhook.publicID, in: db)
        }
    }

    /// The enabled webhooks that want an event.
    /// - Parameter organizationID: the organization whose webhooks receive it, besides those of the installation.
    static func subscribers(
        to event: String, of organizationID: UInt64?, in db: Connection
    ) throws(DatabaseError) -> [UInt64] {
        let subscribers: [UInt64] = try db.all(
            """
            SELECT id FROM webhooks FORCE INDEX (idx_webhooks_created_at)
            WHERE (organization_id IS NULL OR organization_id = \(organizationID)) AND is_deleted = FALSE
              AND status = 'enabled' AND (FIND_IN_SET('*', events) OR FIND_IN_SET(\(event), events))
            """)
        return subscribers.sorted()
    }

    /// The internal ids of the users to whom a webhook matters: the owners of its organization; for one of the
    /// installation, the administrator who made it, or all administrators if that user is none any more.
    static func usersInCharge(of id: UInt64, in db: Connection) throws(DatabaseError) -> [UInt64] {
        let organization: UInt64?? = try db.first("SELECT organization_id FROM webhooks WHERE id = \(id)")
        if let organization = organization ?? nil { return try MemberRepository.owners(of: organization, in: db) }
        let creator: UInt64?? = try db.first("SELECT created_by FROM webhooks WHERE id = \(id)")
        let administrators = try UserRepository.administrators(in: db)
        if let creator = creator ?? nil, administrators.contains(creator) { return [creator] }
        return administrators
    }

    /// Forgets replaced secrets that no longer sign.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purgePreviousSecrets(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            UPDATE webhooks SET previous_secret = NULL, updated_at = updated_at
            WHERE previous_secret_ends_at < NOW(6) AND previous_secret IS NOT NULL
            ORDER BY previous_secret_ends_at LIMIT \(limit)
            """
        ).affectedRows
    }

    /// Deletes webhooks that were deleted a day ago and have no deliveries left. Until then, the mails about them count
    /// (`WebhookHealth.admitNotice`), and a change that has found one as a subscriber can still write its delivery.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            DELETE FROM webhooks
            WHERE deleted_at < NOW(6) - INTERVAL 1 DAY
              AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = webhooks.id)
            ORDER BY deleted_at LIMIT \(limit)
            """
        ).affectedRows
    }
}
