import Database
import FoundationEssentials
import Web

/// The use cases of deliveries: to see them, and to send them again.
struct DeliveryService {
    let webhooks: WebhookService

    private var place: WebhookPlace { webhooks.place }

    func list(_ input: ListDeliveries, _ call: Call) throws -> Answer<[WebhookDelivery]> {
        let webhook = try webhooks.read(input.webhookID, call)
        let page = try webhooks.lists.page(
            input.list, of: DeliveryRepository.range(of: webhook, for: input), call)
        let deliveries = try DeliveryRepository.find(page.ids, of: webhook, in: call.db)
        return Answer(page.inOrder(deliveries, by: \.id), meta: page.meta)
    }

    func read(_ input: NamedDelivery, _ call: Call) throws -> WebhookDelivery {
        let webhook = try webhooks.read(input.webhookID, call)
        return try DeliveryRepository.find(input.id, of: webhook, in: call.db).orNotFound()
    }

    /// Sends a test event without data, once.
    func ping(_ id: UUID, _ call: Call) throws -> Answer<WebhookDelivery> {
        let (webhook, delivery) = try webhooks.change(id, call, lock: .shared) { webhook, _, db in
            try requireEnabled(webhook)
            let id = try Outbox.ping(webhook.id, in: db).orNotFound()
            try call.audit(.webhookPinged, webhook.publicID, details: ["deliveryId": id.json], in: db)
            return (webhook, try DeliveryRepository.find(id, of: webhook, in: db).orNotFound())
        }
        return Answer(created: delivery, at: "\(place.path(of: webhook))/deliveries/\(delivery.publicID.text)")
    }

    /// Sends a delivery again. One that is being sent stays as it is.
    func redeliver(_ input: NamedDelivery, _ call: Call) throws -> WebhookDelivery {
        try webhooks.change(input.webhookID, call, lock: .shared) { webhook, _, db in
            try requireEnabled(webhook)
            let delivery = try DeliveryRepository.find(input.id, of: webhook, in: db).orNotFound()
            try DeliveryRepository.redeliver(delivery, in: db)
            try call.audit(
                .webhookRecovered, webhook.publicID, details: ["deliveryId": delivery.publicID.json], in: db)
            return try DeliveryRepository.find(input.id, of: webhook, in: db).orNotFound()
        }
    }

    /// Sends the dead deliveries since a time again, some at a time, so nobody waits for the locks of many. Each batch
    /// has its row in the audit.
    func recover(_ input: RecoverDeliveries, _ call: Call) throws -> RecoveredDeliveries {
        var count = 0
        while true {
            let batch = try webhooks.change(input.webhookID, call, lock: .shared) { webhook, _, db in
                try requireEnabled(webhook)
                let recovered = try DeliveryRepository.recover(
                    webhook, since: input.since, limit: RecoveredDeliveries.batch, in: db)
                if recovered > 0 || count == 0 {
                    try call.audit(.webhookRecovered, webhook.publicID, details: ["count": recovered.json], in: db)
                }
                return recovered
            }
            count += batch
            let isFull = batch == RecoveredDeliveries.batch
            guard isFull, count < RecoveredDeliveries.maximum else {
                return RecoveredDeliveries(count: count, hasMore: isFull)
            }
        }
    }

    private func requireEnabled(_ webhook: Webhook) throws(APIError) {
        guard webhook.status == .enabled else {
            throw APIError(.conflict, "This webhook is disabled; enable it first.")
        }
    }
}
