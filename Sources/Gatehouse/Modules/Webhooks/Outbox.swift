import Database
import FoundationEssentials
import Web

/// Writes events for the webhooks that want them, in the transaction of the change. So an event is delivered if and
/// only if its change was made, whatever becomes of the process after that.
enum Outbox {
    /// Writes an event, if an enabled webhook wants it.
    static func record(_ event: any PublishedEvent, in db: Connection) throws {
        let name = type(of: event).word
        let webhooks = try WebhookRepository.subscribers(to: name, of: event.organizationID, in: db)
        if webhooks.isEmpty { return }
        try DeliveryRepository.insert(
            name, data: String(decoding: event.jsonText, as: UTF8.self), for: webhooks, in: db)
    }

    /// The type of the event that a ping sends.
    static let ping = "webhook.ping"

    /// Writes a ping for a webhook.
    /// - Returns: the public id of the delivery.
    static func ping(_ webhook: UInt64, in db: Connection) throws(DatabaseError) -> UUID? {
        try DeliveryRepository.insert(ping, data: "{}", for: [webhook], in: db)
    }
}
