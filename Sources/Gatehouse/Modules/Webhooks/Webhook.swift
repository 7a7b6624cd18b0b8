import Database
import FoundationEssentials
import Web

/// An address that receives events: of the installation, or of an organization.
struct Webhook: VersionedRecord {
    /// Whether events are delivered.
    enum Status: String, CaseIterable, SQLValue, ColumnDecodable, ResponseValue {
        case enabled, disabled
        static let example = Status.enabled
    }

    /// Why it is disabled.
    enum DisabledReason: String, CaseIterable, SQLValue, ColumnDecodable, ResponseValue {
        /// A person did it.
        case request
        /// The receiver answered 410.
        case gone
        /// No delivery succeeded for days.
        case failing
        static let example = DisabledReason.failing
    }

    /// The sorts of the list.
    enum Sort: String, CaseIterable {
        case createdAt
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let organizationID: UUID?
    let url: String
    let description: String
    let events: WantedEvents
    let status: Status
    let disabledReason: DisabledReason?
    let previousSecretEndsAt: Date?
    let createdBy: UUID?
    let version: Int
    let createdAt: Date
    let updatedAt: Date

    /// The maximum number of the installation, or of an organization.
    static let maximum = 100
    /// The longest body of a request: the names of many events, and a long URL.
    static let maximumBodyBytes = 64 << 10
    /// The time for which a replaced secret still signs, in hours.
    static let overlapHours = 24

    static let columns = Columns(
        Webhook.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column(
            "organization_public_id", from: OrganizationLookup.publicID(of: "webhooks.organization_id"),
            \.organizationID, as: "organizationId", "`null` for a webhook of the installation."),
        Column("url", \.url, as: "url", format: "uri"),
        Column("description", \.description, as: "description"),
        Column("events", \.events, as: "events", "The names of the wanted events; `*` stands for every event."),
        Column("status", \.status, as: "status"),
        Column(
            "disabled_reason", \.disabledReason, as: "disabledReason",
            """
            Why it is disabled: by a `request`, because the receiver answered 410 (`gone`), or because no delivery \
            succeeded for days (`failing`).
            """),
        Column(
            "previous_secret_ends_at", \.previousSecretEndsAt, as: "previousSecretEndsAt",
            "Until then, the secret before the last rotation signs too."),
        Column(
            "creator_public_id", from: UserLookup.publicID(of: "webhooks.created_by"), \.createdBy, as: "createdBy",
            "The user who made it; `null` if an organization's API key did, or if the account was erased."),
        Column("version", \.version, as: "version", "The number of the version, which grows with each change."),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("updated_at", \.updatedAt, as: "updatedAt"))

    static let example = Webhook(
        id: 0, publicID: .example, organizationID: nil, url: "https://example.com/webhooks", description: "Billing",
        events: .example, status: .enabled, disabledReason: nil, previousSecretEndsAt: nil, createdBy: .example,
        version: 1, createdAt: .example, updatedAt: .example)

    fileprivate static let descriptionField = Field<String>.paragraphs(0...200)
    fileprivate static let statusField = Field<Status>.oneOf(Status.self, standIn: .enabled)
}

/// A webhook with its secret, which is shown only once.
struct NewWebhook: ResponseObject {
    let webhook: Webhook
    let secret: WebhookSecret

    func write(to output: inout Output) {
        webhook.write(to: &output)
        output.field(
            "secret", secret.text,
            description: "The secret that signs the deliveries (Standard Webhooks), shown only this once.")
    }

    static let example = NewWebhook(webhook: .example, secret: .example)
}

/// A new webhook.
struct CreateWebhook: Sendable {
    let url: String
    let description: String
    let events: WantedEvents

    init(from input: inout Input, at place: WebhookPlace, _ choices: WebhookChoices) {
        place.readCollection(from: &input)
        url = input.required("url", choices.url)
        description = input.optional("description", Webhook.descriptionField) ?? ""
        events = WantedEvents(words: input.optional("events", listOf: choices.event, count: 1...100) ?? ["*"])
    }

    static let exampleBody: JSON = [
        "url": "https://example.com/webhooks", "description": "Billing", "events": ["organization.member.joined"],
    ]
}

/// A change of a webhook.
struct UpdateWebhook: RecordChange, Sendable {
    let id: UUID
    let url: String?
    let description: String?
    let events: WantedEvents?
    let status: Webhook.Status?

    init(from input: inout Input, at place: WebhookPlace, _ choices: WebhookChoices) {
        id = place.readWebhook(from: &input)
        url = input.optional("url", choices.url)
        description = input.optional("description", Webhook.descriptionField)
        events = input.optional("events", listOf: choices.event, count: 1...100).map { WantedEvents(words: $0) }
        status = input.optional("status", Webhook.statusField)
    }

    var changes: [Change<Webhook>] {
        [
            Change(\.url, to: url), Change(\.description, to: description), Change(\.events, to: events),
            Change(\.status, to: status),
        ]
    }

    static let exampleBody: JSON = ["status": "disabled"]
}

/// A webhook in the path.
struct NamedWebhook: Sendable {
    let id: UUID

    init(from input: inout Input, at place: WebhookPlace) {
        id = place.readWebhook(from: &input)
    }
}

/// A request for a list of webhooks.
struct ListWebhooks: Sendable {
    let list: ListRequest<Webhook.Sort>

    init(from input: inout Input, at place: WebhookPlace) {
        place.readCollection(from: &input)
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<Webhook.Sort>([([], .createdAt, "idx_webhooks_created_at", "created_at")])
}
