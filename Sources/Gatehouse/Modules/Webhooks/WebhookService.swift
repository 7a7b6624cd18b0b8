import Database
import FoundationEssentials
import Web

/// The use cases of webhooks, each change in one transaction with its audit row.
struct WebhookService {
    let place: WebhookPlace
    let lists: Lists
    let roles: RoleRepository
    let secrets: Vault

    func create(_ input: CreateWebhook, _ call: Call) throws -> Answer<NewWebhook> {
        let (principal, id, secret) = (try call.principal, UUID.v7(), WebhookSecret())
        let sealed = try secrets.seal(secret.bytes, for: id.text)
        let webhook = try call.db.transaction { db in
            let owner = try place.lockOrganization(of: call, among: roles, counts: true, in: db)
            guard try WebhookRepository.count(of: owner, in: db) < Webhook.maximum else {
                throw APIError(.conflict, "There are already \(Webhook.maximum) webhooks; delete some first.")
            }
            try WebhookRepository.insert(id, of: owner, by: principal.userID, input, secret: sealed, in: db)
            try call.audit(.webhookCreated, id, in: db)
            return try WebhookRepository.find(id, of: owner, in: db).orNotFound()
        }
        return created(NewWebhook(webhook: webhook, secret: secret))
    }

    func list(_ input: ListWebhooks, _ call: Call) throws -> Answer<[Webhook]> {
        let owner = try place.organization(of: call)
        let page = try lists.page(input.list, of: WebhookRepository.range(of: owner, for: input.list), call)
        let webhooks = try WebhookRepository.find(page.ids, of: owner, in: call.db)
        return Answer(page.inOrder(webhooks, by: \.id), meta: page.meta)
    }

    func read(_ id: UUID, _ call: Call) throws -> Webhook {
        try WebhookRepository.find(id, of: place.organization(of: call), in: call.db).orNotFound()
    }

    func update(_ change: UpdateWebhook, _ call: Call) throws -> Webhook {
        try self.change(change.id, call) { webhook, owner, db in
            try call.requireVersion(of: webhook)
            let changed = try change.fieldsThatChange(webhook)
            if changed.isEmpty { return webhook }
            try WebhookRepository.update(webhook, with: change, in: db)
            try call.audit(.webhookUpdated, webhook.publicID, changed: changed, in: db)
            return try WebhookRepository.find(webhook.publicID, of: owner, in: db).orNotFound()
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        try change(id, call) { webhook, _, db in
            try call.requireVersion(of: webhook)
            try WebhookRepository.markDeleted(webhook, in: db)
            try call.audit(.webhookDeleted, webhook.publicID, in: db)
        }
    }

    /// Replaces the secret. For a day both sign, so the receiver can take the new one without losing a delivery.
    func rotate(_ id: UUID, _ call: Call) throws -> Answer<NewWebhook> {
        let secret = WebhookSecret()
        let sealed = try secrets.seal(secret.bytes, for: id.text)
        let webhook = try change(id, call) { webhook, owner, db in
            try WebhookRepository.rotate(webhook, to: sealed, in: db)
            try call.audit(.webhookSecretRotated, webhook.publicID, in: db)
            return try WebhookRepository.find(webhook.publicID, of: owner, in: db).orNotFound()
        }
        return created(NewWebhook(webhook: webhook, secret: secret))
    }

    /// Locks a webhook that the caller may change.
    /// - Parameter lock: a shared one if only its deliveries change: every change that writes a delivery for it would
    ///   wait for an exclusive one.
    func change<Result>(
        _ id: UUID, _ call: Call, lock: RowLock = .exclusive,
        _ body: (Webhook, _ owner: UInt64?, Connection) throws -> Result
    ) throws -> Result {
        try call.db.transaction { db in
            let owner = try place.lockOrganization(of: call, among: roles, in: db)
            let webhook = try WebhookRepository.find(id, of: owner, lock: lock, in: db).orNotFound()
            return try body(webhook, owner, db)
        }
    }

    private func created(_ new: NewWebhook) -> Answer<NewWebhook> {
        Answer(created: new, at: place.path(of: new.webhook))
    }
}

extension AuditAction {
    static let webhookCreated = AuditAction(rawValue: "webhook.created")
    static let webhookUpdated = AuditAction(rawValue: "webhook.updated")
    static let webhookDeleted = AuditAction(rawValue: "webhook.deleted")
    static let webhookDisabled = AuditAction(rawValue: "webhook.disabled")
    static let webhookSecretRotated = AuditAction(rawValue: "webhook.secret_rotated")
    static let webhookPinged = AuditAction(rawValue: "webhook.pinged")
    static let webhookRecovered = AuditAction(rawValue: "webhook.recovered")
}
