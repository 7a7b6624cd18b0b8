import Database
import FoundationEssentials
import Web

/// An event on its way to a webhook.
struct WebhookDelivery: Record {
    /// The status of a delivery.
    enum Status: String, CaseIterable, SQLValue, ColumnDecodable, ResponseValue {
        /// It waits for its next attempt.
        case pending
        /// It is being sent.
        case sending
        /// The receiver has taken it.
        case delivered
        /// Every attempt failed.
        case dead
        static let example = Status.delivered
    }

    /// The sorts of the list.
    enum Sort: String, CaseIterable {
        case createdAt
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let eventID: UUID
    let type: String
    let status: Status
    let attempts: DeliveryLog
    let nextAttemptAt: Date?
    let createdAt: Date

    /// With its event, as `v`.
    static let columns = Columns(
        of: "d", WebhookDelivery.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("event_public_id", from: "v.public_id", \.eventID, as: "eventId", "The `webhook-id` of each attempt."),
        Column("type", from: "v.type", \.type, as: "type"),
        Column("status", \.status, as: "status"),
        Column("log", \.attempts, as: "attempts", "The last \(DeliveryLog.longest) attempts, the first one first."),
        Column(
            "next_attempt_at", from: "IF(d.status = 'pending', d.run_at, NULL)", \.nextAttemptAt, as: "nextAttemptAt"),
        Column("created_at", \.createdAt, as: "createdAt"))

    static let example = WebhookDelivery(
        id: 0, publicID: .example, eventID: .example, type: "organization.member.joined", status: .delivered,
        attempts: .example, nextAttemptAt: nil, createdAt: .example)

    fileprivate static let statusField = Field<Status>.oneOf(Status.self, standIn: .pending)
}

/// A delivery in the path.
struct NamedDelivery: Sendable {
    let webhookID: UUID
    let id: UUID

    init(from input: inout Input, at place: WebhookPlace) {
        webhookID = place.readWebhook(from: &input)
        id = input.path("deliveryId", .uuid)
    }
}

/// A request for a list of deliveries.
struct ListDeliveries: Sendable {
    let webhookID: UUID
    let status: WebhookDelivery.Status?
    let list: ListRequest<WebhookDelivery.Sort>

    init(from input: inout Input, at place: WebhookPlace) {
        webhookID = place.readWebhook(from: &input)
        status = input.query("status", WebhookDelivery.statusField.described("Only deliveries with this status."))
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<WebhookDelivery.Sort>(
        [
            ([], .createdAt, "idx_webhook_deliveries_created_at", "created_at"),
            (["status"], .createdAt, "idx_webhook_deliveries_status", "created_at"),
        ])
}

/// A request to send dead deliveries again.
struct RecoverDeliveries: Sendable {
    let webhookID: UUID
    let since: Date

    init(from input: inout Input, at place: WebhookPlace) {
        webhookID = place.readWebhook(from: &input)
        since = input.required("since", .time)
    }

    static let exampleBody: JSON = ["since": "2026-11-28T12:00:00Z"]
}

/// The deliveries that are sent again.
struct RecoveredDeliveries: ResponseObject {
    let count: Int
    let hasMore: Bool

    /// The maximum number of a request.
    static let maximum = 10_000
    /// The number that changes at once.
    static let batch = 500

    func write(to output: inout Output) {
        output.field("count", count)
        output.field(
            "hasMore", hasMore, description: "Whether more are dead than the \(Self.maximum) of one request.")
    }

    static let example = RecoveredDeliveries(count: 12, hasMore: false)
}
