import Web

/// The routes of the webhooks of one place. Both places have the same ones.
struct WebhookRoutes {
    let webhooks: WebhookService
    let deliveries: DeliveryService
    let choices: WebhookChoices

    private var place: WebhookPlace { webhooks.place }
    private var tag: String { "Webhooks" }
    private var whose: String { "of \(place.owner)" }

    var routes: [Route] { changes + actions + reads }

    private var changes: [Route] {
        [
            Route(
                .post, place.path, "Create a webhook \(whose)",
                description: """
                    The secret is shown only this once. It signs the deliveries by Standard Webhooks. The webhook \
                    receives \(place.events). At most \(Webhook.maximum) can exist.
                    """, tag: tag, guard: place.writes, scope: place.writeScope, tier: .expensive,
                maximumBodyBytes: Webhook.maximumBodyBytes,
                input: InputReader(CreateWebhook.exampleBody) { [place, choices] in
                    CreateWebhook(from: &$0, at: place, choices)
                },
                returns: .created(NewWebhook.self), errors: [.conflict]
            ) { input, call in try webhooks.create(input, call) },
            Route(
                .patch, place.webhook, "Change a webhook \(whose)",
                description: """
                    Fields that are left out stay as they are. A disabled webhook receives no further events; \
                    deliveries that wait continue when it is enabled again.
                    """, tag: tag, guard: place.writes, scope: place.writeScope, tier: .standard, isVersioned: true,
                maximumBodyBytes: Webhook.maximumBodyBytes,
                input: InputReader(UpdateWebhook.exampleBody) { [place, choices] in
                    UpdateWebhook(from: &$0, at: place, choices)
                },
                returns: .ok(Webhook.self), errors: [.notFound]
            ) { input, call in Answer(try webhooks.update(input, call)) },
            Route(
                .delete, place.webhook, "Delete a webhook \(whose)", tag: tag, guard: place.writes,
                scope: place.writeScope, tier: .standard, isVersioned: true, input: named, returns: .noContent,
                errors: [.notFound]
            ) { input, call in Answer(done: try webhooks.delete(input.id, call)) },
        ]
    }

    private var actions: [Route] {
        [
            Route(
                .post, "\(place.webhook)/rotate-secret", "Replace the secret of a webhook \(whose)",
                description: """
                    For \(Webhook.overlapHours) hours, deliveries have a signature of both secrets. A secret that was \
                    replaced by an earlier rotation stops signing immediately.
                    """, tag: tag, guard: place.writes, scope: place.writeScope, tier: .expensive, input: named,
                returns: .created(NewWebhook.self), errors: [.notFound]
            ) { input, call in try webhooks.rotate(input.id, call) },
            Route(
                .post, "\(place.webhook)/ping", "Send a test event to a webhook \(whose)",
                description: """
                    Sends an event of the type `webhook.ping`, once, whatever events the webhook wants. The answer is \
                    its delivery; read it again for the outcome.
                    """, tag: tag, guard: place.writes, scope: place.writeScope, tier: .expensive, input: named,
                returns: .created(WebhookDelivery.self), errors: [.notFound, .conflict]
            ) { input, call in try deliveries.ping(input.id, call) },
            Route(
                .post, "\(place.webhook)/deliveries/{deliveryId}/redeliver", "Send a delivery again",
                description: "The receiver gets the event under the same id.", tag: tag, guard: place.writes,
                scope: place.writeScope, tier: .standard, input: delivery, returns: .ok(WebhookDelivery.self),
                errors: [.notFound, .conflict]
            ) { input, call in Answer(try deliveries.redeliver(input, call)) },
            Route(
                .post, "\(place.webhook)/recover", "Send dead deliveries again",
                description: "Sends every dead delivery of an event since the given time again.", tag: tag,
                guard: place.writes,
                scope: place.writeScope, tier: .expensive,
                input: InputReader(RecoverDeliveries.exampleBody) { [place] in RecoverDeliveries(from: &$0, at: place)
                },
                returns: .ok(RecoveredDeliveries.self), errors: [.notFound, .conflict]
            ) { input, call in Answer(try deliveries.recover(input, call)) },
        ]
    }

    private var reads: [Route] {
        [
            Route(
                .get, place.path, "List the webhooks \(whose)", tag: tag, guard: place.reads, scope: place.readScope,
                tier: .standard, input: InputReader(nil) { [place] in ListWebhooks(from: &$0, at: place) },
                returns: .ok([Webhook].self)
            ) { input, call in try webhooks.list(input, call) },
            Route(
                .get, place.webhook, "Read a webhook \(whose)", tag: tag, guard: place.reads, scope: place.readScope,
                tier: .standard, isVersioned: true, input: named, returns: .ok(Webhook.self), errors: [.notFound]
            ) { input, call in Answer(try webhooks.read(input.id, call)) },
            Route(
                .get, "\(place.webhook)/deliveries", "List the deliveries of a webhook \(whose)",
                description: "They are kept for \(DeliveryRepository.retentionDays) days.", tag: tag,
                guard: place.reads, scope: place.readScope, tier: .standard,
                input: InputReader(nil) { [place] in ListDeliveries(from: &$0, at: place) },
                returns: .ok([WebhookDelivery].self), errors: [.notFound]
            ) { input, call in try deliveries.list(input, call) },
            Route(
                .get, "\(place.webhook)/deliveries/{deliveryId}", "Read a delivery", tag: tag, guard: place.reads,
                scope: place.readScope, tier: .standard, input: delivery, returns: .ok(WebhookDelivery.self),
                errors: [.notFound]
            ) { input, call in Answer(try deliveries.read(input, call)) },
        ]
    }

    private var named: InputReader<NamedWebhook> {
        InputReader(nil) { [place] in NamedWebhook(from: &$0, at: place) }
    }

    private var delivery: InputReader<NamedDelivery> {
        InputReader(nil) { [place] in NamedDelivery(from: &$0, at: place) }
    }
}
