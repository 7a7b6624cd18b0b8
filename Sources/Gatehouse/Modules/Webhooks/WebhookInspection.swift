import Database
import FoundationEssentials

/// The statements by which operators examine all webhooks.
enum WebhookInspection {
    /// A webhook with its sealed secrets.
    struct Endpoint: DeclaredRow {
        let id: UInt64
        let publicID: UUID
        let url: String
        let isEnabled: Bool
        let secret: [UInt8]
        /// The secret before the last rotation, if it still signs.
        let previousSecret: [UInt8]?

        static let columns = Columns(
            Endpoint.init,
            Column("id", \.id),
            Column("public_id", \.publicID),
            Column("url", \.url),
            Column("is_enabled", from: "status = 'enabled'", \.isEnabled),
            Column("secret", \.secret),
            Column(
                "previous_secret", from: "IF(previous_secret_ends_at > NOW(6), previous_secret, NULL)", \.previousSecret
            ))

        var secrets: [[UInt8]] { [secret] + [previousSecret].compactMap(\.self) }
    }

    /// What deliveries say about receivers.
    struct Counts: RowDecodable {
        /// Webhooks that were disabled since their receivers failed for days, or answered 410.
        let disabled: Int
        /// Enabled webhooks whose last attempt failed.
        let failing: Int
        /// Deliveries of which every attempt failed, of the last days.
        let dead: Int
        /// Deliveries that are due for more than a minute.
        let overdue: Int

        init(row: Row) throws(DatabaseError) {
            disabled = try row.decode("disabled")
            failing = try row.decode("failing")
            dead = try row.decode("dead")
            overdue = try row.decode("overdue")
        }
    }

    /// Webhooks in the order of their creation.
    static func webhooks(after id: UInt64, limit: Int, in db: Connection) throws(DatabaseError) -> [Endpoint] {
        try db.all(
            """
            SELECT \(Endpoint.columns)
            FROM webhooks WHERE id > \(id) AND is_deleted = FALSE ORDER BY id LIMIT \(limit)
            """)
    }

    static func counts(in db: Connection) throws(DatabaseError) -> Counts? {
        try db.first(
            """
            SELECT (SELECT COUNT(*) FROM webhooks
                    WHERE is_deleted = FALSE AND disabled_reason IN ('gone', 'failing')) AS disabled,
                   (SELECT COUNT(*) FROM webhooks w JOIN webhook_health h ON h.webhook_id = w.id
                    WHERE w.is_deleted = FALSE AND w.status = 'enabled' AND h.failing_since IS NOT NULL) AS failing,
                   (SELECT COUNT(*) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
                    WHERE d.status = 'dead' AND w.is_deleted = FALSE) AS dead,
                   (SELECT COUNT(*) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
                    WHERE d.status = 'pending' AND d.run_at < NOW(6) - INTERVAL 1 MINUTE
                      AND w.is_deleted = FALSE AND w.status = 'enabled') AS overdue
            """)
    }
}
