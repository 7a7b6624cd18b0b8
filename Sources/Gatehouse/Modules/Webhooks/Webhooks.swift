import Database
import Web

/// Webhooks: addresses of other systems that receive the published events of all modules.
struct Webhooks: Module {
    static let tables = ["webhooks", "webhook_health", "webhook_events", "webhook_deliveries"]
    static let settings: [any ModuleSettings.Type] = [WebhookSettings.self]
    static let permissions: [PermissionDeclaration] = [
        .role(.webhooksRead, "Read the webhooks of the installation, and their deliveries", support: true),
        .role(.webhooksWrite, "Create, change, try and delete the webhooks of the installation"),
    ]
    static let auditActions: [AuditAction] = [
        .webhookCreated, .webhookUpdated, .webhookDeleted, .webhookDisabled, .webhookSecretRotated, .webhookPinged,
        .webhookRecovered,
    ]
    static let jobs: [any Job.Type] = [SendWebhookNotice.self]
    static let expiredRows = [
        ExpiredRows("deliveriesOfDeletedWebhooks") { limit, db in
            try DeliveryRepository.purgeDeleted(limit: limit, in: db)
        },
        ExpiredRows("webhooks") { limit, db in try WebhookRepository.purge(limit: limit, in: db) },
        ExpiredRows("previousWebhookSecrets") { limit, db in
            try WebhookRepository.purgePreviousSecrets(limit: limit, in: db)
        },
        ExpiredRows("webhookDeliveries") { limit, db in try DeliveryRepository.purge(limit: limit, in: db) },
        ExpiredRows("webhookEvents") { limit, db in try DeliveryRepository.purgeEvents(limit: limit, in: db) },
    ]
    static let checks: [ModuleCheck] = [.webhooks]
    static let workers = [
        ModuleWorkers("webhooks", count: { settings in try settings(WebhookSettings.self).workers }) {
            services, count in
            try DeliveryRunner(services, count: count)
        }
    ]
    static let metrics: [ModuleMetrics] = [DeliveryCounts.metrics]
    static let outboundPurposes: [OutboundPurpose] = [.webhooks]
    static let hooks: [Hook] = [
        .published { event, context in try Outbox.record(event, in: context.db) },
        // The former user may have had the events sent to an address of their own.
        Hook(AccountTakenOver.self) { event, context in
            let rule = try SignInRule(context.settings)
            let organizations = try MemberRepository.organizationsOwnedAlone(
                by: event.user.id, counting: rule, in: context.db)
            for organization in organizations { try WebhookRepository.deleteAll(of: organization, in: context.db) }
        },
    ]

    private static let batch = 1000
    let routes: [Route]

    init(_ services: Services) {
        let choices = WebhookChoices(
            events: services.modules.publishedEvents, allowsHTTP: services.outbound.policy.allowsHTTP)
        routes = [WebhookPlace.installation, .organization].flatMap { place in
            let service = WebhookService(
                place: place, lists: services.lists, roles: RoleRepository(catalogue: services.modules.permissions),
                secrets: Vault(services.masterKeys, label: WebhookSecret.vault))
            return WebhookRoutes(webhooks: service, deliveries: DeliveryService(webhooks: service), choices: choices)
                .routes
        }
    }

    static func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool {
        guard case .organization(let id) = tenant else { return false }
        return try DeliveryRepository.delete(of: id, limit: batch, in: db) == batch
    }
}

extension Permission {
    /// Read the webhooks of the installation.
    static let webhooksRead = Permission(rawValue: "webhooks:read")
    /// Create and change the webhooks of the installation.
    static let webhooksWrite = Permission(rawValue: "webhooks:write")
}
