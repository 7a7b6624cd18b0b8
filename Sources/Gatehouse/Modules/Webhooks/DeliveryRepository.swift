import Database
import FoundationEssentials
import Web

/// The statements of people on the tables `webhook_events` and `webhook_deliveries`; those of the runner are in
/// `DeliveryQueue`.
enum DeliveryRepository {
    /// Writes an event with its deliveries, due at once. Call it in the transaction of the change.
    /// - Parameter data: a JSON object.
    /// - Returns: the public id of the last delivery that was written.
    @discardableResult
    static func insert(
        _ type: String, data: String, for webhooks: [UInt64], in db: Connection
    ) throws(DatabaseError) -> UUID? {
        let event = try db.execute(
            "INSERT INTO webhook_events (public_id, type, data) VALUES (\(UUID.v7()), \(type), \(data))")
        var last: UUID?
        for webhook in webhooks {
            let id = UUID.v7()
            do {
                try db.execute(
                    """
                    INSERT INTO webhook_deliveries (public_id, webhook_id, event_id)
                    VALUES (\(id), \(webhook), \(event.lastInsertID))
                    """)
                last = id
            } catch  where error.isMissingReference {
                // Its organization has just been erased.
            }
        }
        return last
    }

    private static let select: SQL = """
        SELECT \(WebhookDelivery.columns) FROM webhook_deliveries d JOIN webhook_events v ON v.id = d.event_id
        """

    static func find(
        _ publicID: UUID, of webhook: Webhook, lock: RowLock = .none, in db: Connection
    ) throws(DatabaseError) -> WebhookDelivery? {
        try db.first("\(select) WHERE d.public_id = \(publicID) AND d.webhook_id = \(webhook.id) \(lock)")
    }

    static func range(of webhook: Webhook, for input: ListDeliveries) -> ListRange {
        var filter: SQL = "webhook_id = \(webhook.id)"
        if let status = input.status { filter += " AND status = \(status)" }
        return ListDeliveries.indexes.range(for: input.list, in: "webhook_deliveries", where: filter)
    }

    static func find(
        _ ids: [UInt64], of webhook: Webhook, in db: Connection
    ) throws(DatabaseError) -> [WebhookDelivery] {
        try db.all("\(select) WHERE d.id IN (\(list: ids)) AND d.webhook_id = \(webhook.id)")
    }

    /// Makes a delivery due at once, with all its attempts, unless it is being sent.
    static func redeliver(_ delivery: WebhookDelivery, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE webhook_deliveries SET status = 'pending', attempts = 0, run_at = NOW(6)
            WHERE id = \(delivery.id) AND status <> 'sending'
            """)
    }

    /// The same for the dead deliveries of a webhook since a time. A ping is only sent again by itself.
    /// - Returns: how many; `limit` when there can be more.
    static func recover(
        _ webhook: Webhook, since time: Date, limit: Int, in db: Connection
    ) throws(DatabaseError) -> Int {
        try db.execute(
            """
            UPDATE webhook_deliveries SET status = 'pending', attempts = 0, run_at = NOW(6)
            WHERE webhook_id = \(webhook.id) AND status = 'dead' AND created_at >= \(time)
              AND NOT EXISTS (
                  SELECT 1 FROM webhook_events v WHERE v.id = webhook_deliveries.event_id AND v.type = \(Outbox.ping))
            ORDER BY created_at, id LIMIT \(limit)
            """
        ).affectedRows
    }

    /// Deletes deliveries of webhooks that are deleted.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purgeDeleted(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        let webhook: UInt64? = try db.first(
            """
            SELECT w.id FROM webhooks w
            WHERE w.deleted_at IS NOT NULL
              AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = w.id)
            ORDER BY w.deleted_at LIMIT 1
            """)
        guard let webhook else { return 0 }
        // The next call looks for the next webhook.
        try db.execute("DELETE FROM webhook_deliveries WHERE webhook_id = \(webhook) LIMIT \(limit)")
        return limit
    }

    /// Deletes deliveries of the webhooks of an organization.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func delete(of organizationID: UInt64, limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        let webhooks: [UInt64] = try db.all("SELECT id FROM webhooks WHERE organization_id = \(organizationID)")
        if webhooks.isEmpty { return 0 }
        return try db.execute(
            "DELETE FROM webhook_deliveries WHERE webhook_id IN (\(list: webhooks)) LIMIT \(limit)"
        ).affectedRows
    }

    /// Deletes deliveries of events whose time is over. Events are numbered in the order of their time.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purge(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        let last: UInt64? = try db.first(
            """
            SELECT id FROM webhook_events WHERE occurred_at < NOW(6) - INTERVAL \(retentionDays) DAY
            ORDER BY occurred_at DESC LIMIT 1
            """)
        guard let last else { return 0 }
        return try db.execute(
            "DELETE FROM webhook_deliveries WHERE event_id <= \(last) ORDER BY event_id LIMIT \(limit)"
        ).affectedRows
    }

    /// Deletes events whose time is over and whose deliveries are deleted. With their deliveries, of which an event has
    /// up to 200, the statement could take too long.
    /// - Returns: how many; fewer than `limit` when none are left.
    static func purgeEvents(limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        try db.execute(
            """
            DELETE FROM webhook_events
            WHERE occurred_at < NOW(6) - INTERVAL \(retentionDays) DAY
              AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.event_id = webhook_events.id)
            ORDER BY occurred_at LIMIT \(limit)
            """
        ).affectedRows
    }

    /// The time for which events and deliveries are kept, in days.
    static let retentionDays = 30
}
