import Database
import FoundationEssentials
import Web

/// The statements of the runner: which delivery is next, and how it ended.
///
/// A delivery that is being sent has a lease, whose end is its `run_at`. If its process dies, the lease runs out, and
/// another process sends it again. So every delivery is sent at least once.
enum DeliveryQueue {
    /// The time for sending a delivery and recording the outcome, in seconds; longer than an attempt may take.
    static let leaseSeconds = 30
    /// How many deliveries to one webhook are sent at the same time.
    private static let inFlight = 2
    /// The same while its receiver is in trouble.
    private static let inFlightInTrouble = 1

    /// The time for which a delivery is put off before its attempt is made in any case, in minutes. It is longer than
    /// a circuit is open, so one delivery usually finds out for all that the receiver answers again.
    private static let longestPutOffMinutes = 15

    /// A delivery that a runner sends.
    struct Lease: DeclaredRow {
        let id: UInt64
        let leaseID: UUID
        /// The number of attempts, with this one, since the delivery was last made due.
        let attempt: Int
        let log: DeliveryLog
        let webhookID: UInt64
        let webhookPublicID: UUID
        /// The organization of the webhook; `nil` for one of the installation.
        let organizationID: UInt64?
        let url: String
        let secret: [UInt8]
        /// The secret before the last rotation, if it still signs.
        let previousSecret: [UInt8]?
        let isTroubled: Bool
        /// Whether it has been put off for so long that the next attempt is made in any case.
        let isPutOffLong: Bool
        let eventID: UUID
        let type: String
        let sequence: Int
        let occurredAt: Date
        let data: String

        static let columns = Columns(
            of: "d", Lease.init,
            Column("id", \.id),
            Column("lease_id", \.leaseID),
            Column("attempts", \.attempt),
            Column("log", \.log),
            Column("webhook_id", \.webhookID),
            Column("webhook_public_id", from: "w.public_id", \.webhookPublicID),
            Column("organization_id", from: "w.organization_id", \.organizationID),
            Column("url", from: "w.url", \.url),
            Column("secret", from: "w.secret", \.secret),
            Column(
                "previous_secret", from: "IF(w.previous_secret_ends_at > NOW(6), w.previous_secret, NULL)",
                \.previousSecret),
            Column("is_troubled", from: "h.is_troubled", \.isTroubled),
            Column(
                "is_put_off_long",
                from: "COALESCE(d.put_off_since < NOW(6) - INTERVAL \(longestPutOffMinutes) MINUTE, FALSE)",
                \.isPutOffLong),
            Column("event_public_id", from: "v.public_id", \.eventID),
            Column("type", from: "v.type", \.type),
            Column("sequence", from: "v.id", \.sequence),
            Column("occurred_at", from: "v.occurred_at", \.occurredAt),
            Column("data", from: "v.data", \.data))

        /// Whether somebody asked for it to try the webhook.
        var isPing: Bool { type == Outbox.ping }
        /// The owner of the webhook: the organization, or 0 for the installation.
        var ownerID: UInt64 { organizationID ?? 0 }
    }

    /// Takes a due delivery.
    /// - Parameter shares: the owners with room for one more, and who comes first.
    static func lease(_ shares: DeliveryShares, in db: Connection) throws -> Lease? {
        guard let webhook = try dueWebhook(shares, in: db) else { return nil }
        return try db.transaction { db in
            // The lock makes the number of deliveries in flight exact. The webhook may have been disabled meanwhile.
            let isTroubled: Bool? = try db.first(
                """
                SELECT is_troubled FROM webhook_health
                WHERE webhook_id = \(webhook)
                  AND EXISTS (SELECT 1 FROM webhooks WHERE id = \(webhook) AND status = 'enabled' AND NOT is_deleted)
                FOR UPDATE SKIP LOCKED
                """)
            guard let isTroubled else { return nil }
            let sending: Int? = try db.first(
                "SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'sending' AND webhook_id = \(webhook)")
            guard sending ?? 0 < (isTroubled ? inFlightInTrouble : inFlight) else { return nil }
            let due: UInt64? = try db.first(
                """
                SELECT id FROM webhook_deliveries
                WHERE status = 'pending' AND webhook_id = \(webhook) AND run_at <= NOW(6)
                ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED
                """)
            guard let due else { return nil }
            try db.execute(
                """
                UPDATE webhook_deliveries
                SET status = 'sending', lease_id = \(UUID()), attempts = attempts + 1,
                    run_at = NOW(6) + INTERVAL \(leaseSeconds) SECOND
                WHERE id = \(due)
                """)
            return try db.first(
                """
                SELECT \(Lease.columns)
                FROM webhook_deliveries d
                JOIN webhooks w ON w.id = d.webhook_id
                JOIN webhook_health h ON h.webhook_id = d.webhook_id
                JOIN webhook_events v ON v.id = d.event_id
                WHERE d.id = \(due)
                """)
        }
    }

    /// An enabled webhook with a due delivery, and with room for one more in flight, as its owner has too. The owner
    /// who used the threads most comes last, and then the webhook that was served last. The age of a delivery decides
    /// only between equals: whoever has a backlog always has the oldest.
    ///
    /// The server reads only the first entry of each group from the index, so the cost does not depend on how many
    /// deliveries wait, but on how many webhooks have one. For that, the groups name every column before `run_at`.
    private static func dueWebhook(
        _ shares: DeliveryShares, in db: Connection
    ) throws(DatabaseError) -> UInt64? {
        try db.first(
            """
            SELECT w.id
            FROM (
                SELECT webhook_id, MIN(run_at) AS run_at
                FROM webhook_deliveries FORCE INDEX (idx_webhook_deliveries_due)
                WHERE status = 'pending' GROUP BY status, webhook_id
            ) AS due
            JOIN webhooks w ON w.id = due.webhook_id
            JOIN webhook_health h ON h.webhook_id = due.webhook_id
            LEFT JOIN (
                SELECT webhook_id, COUNT(*) AS deliveries FROM webhook_deliveries WHERE status = 'sending'
                GROUP BY webhook_id
            ) AS busy ON busy.webhook_id = due.webhook_id
            WHERE due.run_at <= NOW(6) AND w.status = 'enabled' AND w.is_deleted = FALSE
              AND COALESCE(busy.deliveries, 0) < IF(h.is_troubled, \(inFlightInTrouble), \(inFlight))
              AND NOT FIND_IN_SET(COALESCE(w.organization_id, 0), \(shares.fullOwners))
              AND (NOT h.is_troubled OR \(shares.takesTroubled)
                   AND NOT FIND_IN_SET(COALESCE(w.organization_id, 0), \(shares.ownersFullOfTrouble)))
            ORDER BY FIND_IN_SET(COALESCE(w.organization_id, 0), \(shares.owners)),
                     FIND_IN_SET(w.id, \(shares.servedWebhooks)), due.run_at
            LIMIT 1
            """)
    }

    /// Makes deliveries due again whose lease ran out. They are looked up without locks and changed one by one, since a
    /// change of all locks every delivery that is being sent, by the index and then the row. Those that record an
    /// outcome lock the row first.
    static func reclaim(in db: Connection) throws(DatabaseError) {
        let expired: [UInt64] = try db.all(
            "SELECT id FROM webhook_deliveries WHERE status = 'sending' AND run_at <= NOW(6)")
        for id in expired {
            try db.execute(
                """
                UPDATE webhook_deliveries SET status = 'pending', lease_id = NULL
                WHERE id = \(id) AND status = 'sending' AND run_at <= NOW(6)
                """)
        }
    }

    /// Returns a delivery that was not sent, unless the lease ran out. The attempt does not count.
    /// - Parameter wait: the time after which it is due again.
    static func putOff(_ lease: Lease, for wait: Duration, in db: Connection) throws {
        try db.transaction { db in
            _ = try db.execute(
                """
                UPDATE webhook_deliveries
                SET status = 'pending', lease_id = NULL, attempts = attempts - 1,
                    put_off_since = COALESCE(put_off_since, NOW(6)),
                    run_at = NOW(6) + INTERVAL \(Int(wait / .microseconds(1))) MICROSECOND
                WHERE id = \(lease.id) AND lease_id = \(lease.leaseID)
                """)
        }
    }

    /// Records the end of an attempt, unless the lease ran out.
    /// - Parameters:
    ///   - status: `pending` for a further attempt.
    ///   - wait: the time until then.
    /// - Returns: whether it was recorded.
    static func record(
        _ lease: Lease, _ attempt: DeliveryAttempt, status: WebhookDelivery.Status, wait: Duration, in db: Connection
    ) throws(DatabaseError) -> Bool {
        try db.execute(
            """
            UPDATE webhook_deliveries
            SET status = \(status), lease_id = NULL, log = \(lease.log.adding(attempt)), put_off_since = NULL,
                run_at = NOW(6) + INTERVAL \(Int(wait / .microseconds(1))) MICROSECOND
            WHERE id = \(lease.id) AND lease_id = \(lease.leaseID)
            """
        ).affectedRows == 1
    }
}
