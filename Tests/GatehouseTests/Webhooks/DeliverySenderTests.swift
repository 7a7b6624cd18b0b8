import Database
import FoundationEssentials
import GatehouseTesting
import Logging
import Testing
import Web

@testable import Gatehouse

/// What an attempt leaves behind.
@Suite struct DeliverySenderTests {
    let world: WebhookWorld

    init() throws { world = try WebhookWorld() }

    /// Sends the next delivery.
    /// - Parameters:
    ///   - allow: the value of `GATEHOUSE_OUTBOUND_ALLOW`.
    ///   - masterKeys: those of the process; `nil` for those under which secrets were encrypted.
    private func send(allow: String? = nil, masterKeys: MasterKeys? = nil) throws {
        let sender = DeliverySender(
            try .test(allow: allow), masterKeys ?? world.app.settings.masterKeys,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try sender.send(#require(try world.lease()), world.db)
    }

    /// The failures of the attempts at the newest delivery of a webhook, and its status.
    private func outcome(_ path: String, by person: Person? = nil) throws -> (failures: [String?], status: String?) {
        let list = (person ?? world.admin).send(.get, path + "/deliveries?sortOrder=desc").json["data"]
        let delivery = try #require(list?.elements.first)
        return (delivery["attempts"]?.elements.map { $0["failure"]?.string } ?? [], delivery["status"]?.string)
    }

    @Test func `a delivery whose secret does not open has a failed attempt, and waits like any other`() throws {
        let path = try world.webhook()
        try world.deliver(1, to: path)
        try send(masterKeys: .throwaway())
        let outcome = try outcome(path)
        #expect(outcome.failures == ["message"] && outcome.status == "pending")
        #expect(try world.lease() == nil)
    }

    @Test func `a previous secret that does not open signs no more, and the delivery arrives`() throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(status: 204))
        let path = try world.webhook()
        try world.deliver(1, to: path)
        try world.db.execute(
            """
            UPDATE webhooks
            SET url = \("http://127.0.0.1:\(server.port)/"), previous_secret = \([1, 2, 3] as [UInt8]),
                previous_secret_ends_at = NOW(6) + INTERVAL 1 DAY
            """)
        try send(allow: "127.0.0.1")
        #expect(try outcome(path).status == "delivered")
        #expect(try server.nextRequest().headers["webhook-signature"]?.split(separator: " ").count == 1)
    }

    @Test func `an organization cannot tell a refused address from one that does not answer`() throws {
        let owner = try Person("owner", in: world.app)
        let own = try world.webhook(by: owner, in: TestOrganization(by: owner, slug: "looms"))
        let installation = try world.webhook()
        try world.db.execute("UPDATE webhooks SET url = 'https://127.0.0.1:1/'")
        for path in [own, installation] {
            try world.deliver(1, to: path)
            try send()
        }
        #expect(try outcome(own, by: owner).failures == ["connection"])
        #expect(try outcome(installation).failures == ["address_refused"])
        try world.db.execute("UPDATE webhook_deliveries SET run_at = NOW(6), log = '[]'")
        #expect(world.admin.send(.patch, installation, ["status": "disabled"]).status == .ok)
        try send(allow: "127.0.0.1")
        #expect(try outcome(own, by: owner).failures == ["connection"])
    }

    // MARK: - Mails

    @Test func `the people in charge get one mail a day about a webhook, also if it is enabled again`() throws {
        let path = try world.webhook()
        try world.deliver(1, to: path)
        let lease = try #require(try world.lease())
        #expect(try SendWebhookNotice.enqueue(.gone, lease, in: world.db))
        #expect(try !SendWebhookNotice.enqueue(.gone, lease, in: world.db))
        for status in ["disabled", "enabled"] {
            #expect(world.admin.send(.patch, path, ["status": .string(status)]).status == .ok)
        }
        #expect(try !SendWebhookNotice.enqueue(.gone, lease, in: world.db))
        #expect(try SendWebhookNotice.enqueue(.dead, lease, in: world.db), "of each kind")
        #expect(try !SendWebhookNotice.enqueue(.dead, lease, in: world.db))
        try world.db.execute("UPDATE webhook_health SET disabling_noticed_at = NOW(6) - INTERVAL 25 HOUR")
        #expect(try SendWebhookNotice.enqueue(.gone, lease, in: world.db))
        #expect(
            try world.app.value("SELECT COUNT(*) FROM jobs WHERE kind = \(SendWebhookNotice.kind)") == 3)
    }

    @Test func `an owner gets ten mails a day, however many webhooks are made and deleted`() throws {
        var admitted = 0
        for _ in 0..<12 {
            let path = try world.webhook()
            if try WebhookHealth.admitNotice(isDisabling: true, about: world.id(path), of: nil, in: world.db) {
                admitted += 1
            }
            #expect(world.admin.send(.delete, path).status == .noContent)
            _ = try WebhookRepository.purge(limit: 10, in: world.db)
        }
        #expect(admitted == WebhookHealth.noticesPerOwner)
        let owner = try Person("owner", in: world.app)
        let organization = try TestOrganization(by: owner, slug: "looms")
        let own = try world.webhook(by: owner, in: organization)
        #expect(
            try WebhookHealth.admitNotice(
                isDisabling: true, about: world.id(own), of: organization.internalID(), in: world.db))
    }
}
