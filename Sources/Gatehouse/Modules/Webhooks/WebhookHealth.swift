import Database

/// What the attempts at a webhook say about its receiver. The row is locked.
struct WebhookHealth: RowDecodable {
    /// The time without a success after which a webhook is disabled, in days.
    static let daysWithoutSuccess = 5
    /// The time that must be between the first failure and the last one, in hours, so a short outage after days without
    /// events is not enough.
    private static let hoursOfFailures = 12
    /// The number of mails a day about the webhooks of an owner.
    static let noticesPerOwner = 10

    let webhookID: UInt64
    /// Whether its owner knows of a dead delivery since the last success.
    let isWarned: Bool
    /// Whether the webhook is disabled with one more failure.
    let isFailing: Bool

    init(row: Row) throws(DatabaseError) {
        webhookID = try row.decode("webhook_id")
        isWarned = try row.decode("is_warned")
        isFailing = try row.decode("is_failing")
    }

    static func lock(_ webhookID: UInt64, in db: Connection) throws(DatabaseError) -> WebhookHealth? {
        try db.first(
            """
            SELECT webhook_id, warned_at IS NOT NULL AS is_warned,
                   COALESCE(succeeded_at < NOW(6) - INTERVAL \(daysWithoutSuccess) DAY
                            AND failing_since < NOW(6) - INTERVAL \(hoursOfFailures) HOUR, FALSE) AS is_failing
            FROM webhook_health WHERE webhook_id = \(webhookID) FOR UPDATE
            """)
    }

    /// Forgets the failures of a webhook: its receiver has taken a delivery, or the webhook is enabled again.
    /// - Parameter isTroubled: whether the receiver took long, or has yet to show that it answers.
    static func forgetFailures(
        of webhookID: UInt64, isTroubled: Bool, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE webhook_health
            SET succeeded_at = NOW(6), failing_since = NULL, is_troubled = \(isTroubled), warned_at = NULL
            WHERE webhook_id = \(webhookID)
            """)
    }

    /// - Parameter warns: whether its owner is told of a dead delivery.
    func recordFailure(warns: Bool, in db: Connection) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE webhook_health
            SET failing_since = COALESCE(failing_since, NOW(6)), is_troubled = TRUE,
                warned_at = IF(\(warns), NOW(6), warned_at)
            WHERE webhook_id = \(webhookID)
            """)
    }

    /// Notes a mail about a webhook, if there was none of its kind within a day, and few about the others of its owner.
    /// Deleted webhooks count too: they stay for a day.
    /// - Parameters:
    ///   - isDisabling: whether it tells that the webhook was disabled, and not of a dead delivery.
    ///   - organizationID: the owner; `nil` for the installation.
    /// - Returns: whether the mail may be sent.
    static func admitNotice(
        isDisabling: Bool, about webhookID: UInt64, of organizationID: UInt64?, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let noticed: Int? = try db.first(
            """
            SELECT COUNT(*) FROM webhooks w JOIN webhook_health h ON h.webhook_id = w.id
            WHERE w.organization_id <=> \(organizationID)
              AND (h.noticed_at > NOW(6) - INTERVAL 1 DAY OR h.disabling_noticed_at > NOW(6) - INTERVAL 1 DAY)
            """)
        guard noticed ?? 0 < noticesPerOwner else { return false }
        return try db.execute(
            """
            UPDATE webhook_health
            SET noticed_at = IF(\(isDisabling), noticed_at, NOW(6)),
                disabling_noticed_at = IF(\(isDisabling), NOW(6), disabling_noticed_at)
            WHERE webhook_id = \(webhookID)
              AND COALESCE(
                      IF(\(isDisabling), disabling_noticed_at, noticed_at) <= NOW(6) - INTERVAL 1 DAY, TRUE)
            """
        ).affectedRows == 1
    }
}
