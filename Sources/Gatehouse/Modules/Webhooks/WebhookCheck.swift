import Database
import FoundationEssentials
import Web

extension ModuleCheck {
    /// Whether webhooks can be delivered: their secrets can be opened, requests may go to their URLs, their receivers
    /// answer, and some process sends.
    static let webhooks = ModuleCheck("webhooks") { context in
        guard let db = context.db else { return [] }
        let check = WebhookCheck(context: context, db: db)
        return [try check.secrets(), try check.addresses(), try check.receivers(), try check.deliveries()]
    }
}

/// The checks of all webhooks.
private struct WebhookCheck {
    let context: CheckContext
    let db: Connection

    private static let batch = 1000
    private static let mostShown = 10

    func secrets() throws -> Finding {
        let vault = Vault(context.masterKeys, label: WebhookSecret.vault)
        var (all, unreadable) = (0, [UUID]())
        var reason: Vault.Failure?
        try each { webhook in
            all += 1
            do {
                for secret in webhook.secrets { _ = try vault.open(secret, for: webhook.publicID.text) }
            } catch let failure as Vault.Failure {
                unreadable.append(webhook.publicID)
                reason = failure
            }
        }
        guard let reason else {
            return .ok("webhook secrets", all == 0 ? "there are none" : "the master key opens those of all \(all)")
        }
        return .fault(
            "webhook secrets", "the master key does not open those of \(Self.webhooks(unreadable)): \(reason)",
            """
            Deliveries cannot be signed. Add the master key that sealed them to GATEHOUSE_MASTER_KEY, or let their \
            owners replace the secrets.
            """)
    }

    /// Names are judged when they are used, by the addresses that they have then.
    func addresses() throws -> Finding {
        var refused: [UUID] = []
        try each { if $0.isEnabled && refuses($0.url) { refused.append($0.publicID) } }
        guard !refused.isEmpty else { return .ok("webhook addresses", "requests may go to all that are known") }
        return .warning(
            "webhook addresses", "requests may not go to the URL of \(Self.webhooks(refused))",
            """
            Their deliveries fail. URLs must be `https`, and private addresses must be in GATEHOUSE_OUTBOUND_ALLOW; \
            else ask their owners for other URLs.
            """)
    }

    /// Whether requests to a URL are always refused.
    private func refuses(_ url: String) -> Bool {
        guard let target = RequestTarget(url) else { return true }
        let (policy, isEncrypted) = (context.outbound.policy, target.scheme == "https")
        guard let address = IPAddress(target.host) else { return !isEncrypted && !policy.allowsHTTP }
        return !policy.allows(address, of: target.host, isEncrypted: isEncrypted)
    }

    func receivers() throws -> Finding {
        let counts = try WebhookInspection.counts(in: db)
        let (disabled, failing) = (counts?.disabled ?? 0, counts?.failing ?? 0)
        guard disabled + failing > 0 else { return .ok("webhook receivers", "none fails") }
        return .warning(
            "webhook receivers", "\(failing) fail; \(disabled) are disabled, since they failed for days or are gone",
            """
            Their owners got a mail, unless there were many that day. The deliveries of a webhook tell why it fails; \
            once it works, enable it again.
            """)
    }

    func deliveries() throws -> Finding {
        let counts = try WebhookInspection.counts(in: db)
        let (dead, overdue) = (counts?.dead ?? 0, counts?.overdue ?? 0)
        if overdue > 0, try context.settings(WebhookSettings.self).workers == 0 {
            return .warning(
                "webhook deliveries", "\(overdue) wait, and processes with these settings deliver none",
                "Set GATEHOUSE_WEBHOOK_WORKERS above 0, here or for the processes of another machine.")
        }
        guard dead == 0 else {
            return .warning(
                "webhook deliveries", "\(dead) are dead, since every attempt failed",
                "Once the receiver works, POST …/webhooks/{id}/recover sends them again. They are kept for 30 days.")
        }
        return .ok("webhook deliveries", "none is dead")
    }

    private func each(_ body: (WebhookInspection.Endpoint) throws -> Void) throws {
        var last: UInt64 = 0
        while true {
            let webhooks = try WebhookInspection.webhooks(after: last, limit: Self.batch, in: db)
            try webhooks.forEach(body)
            guard webhooks.count == Self.batch, let id = webhooks.last?.id else { return }
            last = id
        }
    }

    private static func webhooks(_ ids: [UUID]) -> String {
        let shown = ids.prefix(mostShown).map(\.text).joined(separator: ", ")
        return "\(ids.count == 1 ? "webhook" : "\(ids.count) webhooks:") \(shown)\(ids.count > mostShown ? ", …" : "")"
    }
}
