import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// What happens to webhooks at the same moment.
@Suite struct WebhookRaceTests {
    let world: WebhookWorld

    init() throws { world = try WebhookWorld() }

    @Test func `a change writes its event while dead deliveries are sent again`() throws {
        let path = try world.webhook()
        let (admin, id) = (world.admin, try world.id(path))
        try world.deliver(2, to: path)
        try world.db.execute("UPDATE webhook_deliveries SET status = 'dead'")
        let database = world.app.database
        let answer = try world.app.answer(
            heldUpBy: "UPDATE webhook_deliveries SET attempts = 9",
            meanwhile: {
                try database.connection().transaction { db in
                    _ = try DeliveryRepository.insert("user.created", data: "{}", for: [id], in: db)
                }
            }
        ) { admin.send(.post, path + "/recover", ["since": "2026-01-01T00:00:00Z"]) }
        #expect(answer?.json["data"]?["count"]?.integer == 2, "\(String(describing: answer?.json))")
        #expect(try world.types(path).count == 3)
    }

    @Test func `dead deliveries are sent again some at a time, each with its row in the audit`() throws {
        let path = try world.webhook()
        try world.deliver(1, to: path)
        try world.db.execute(
            """
            INSERT INTO webhook_events (public_id, type, data) SELECT UUID(), 'user.created', '{}'
            FROM seq_1_to_1000 LIMIT \(RecoveredDeliveries.batch)
            """)
        try world.db.execute(
            """
            INSERT IGNORE INTO webhook_deliveries (public_id, webhook_id, event_id)
            SELECT UUID(), \(world.id(path)), id FROM webhook_events
            """)
        try world.db.execute("UPDATE webhook_deliveries SET status = 'dead'")
        let answer = world.admin.send(.post, path + "/recover", ["since": "2026-01-01T00:00:00Z"])
        #expect(answer.json["data"]?["count"]?.integer == RecoveredDeliveries.batch + 1, "\(answer.json)")
        #expect(answer.json["data"]?["hasMore"] == false)
        #expect(try world.app.audited(.webhookRecovered) == 2)
    }

    @Test(
        arguments: [
            "UPDATE sessions SET revoked_at = NOW(6), revoked_reason = 'password'",
            "UPDATE users SET status = 'suspended'",
        ] as [SQL])
    func `a session that ends and a user who is suspended meanwhile make no webhook`(ending: SQL) throws {
        let owner = try Person("owner", in: world.app)
        let organization = try TestOrganization(by: owner, slug: "looms")
        for (person, path) in [(world.admin, "/webhooks"), (owner, organization.path() + "/webhooks")] {
            let id = try person.internalID()
            let answer = try world.app.answer(
                heldUpBy: "UPDATE users SET locale = 'fr' WHERE id = \(id)", ending
            ) { person.send(.post, path, WebhookWorld.body()) }
            #expect(answer?.errorCode == "TOKEN_REVOKED", "\(String(describing: answer?.json))")
            try world.db.execute("UPDATE sessions SET revoked_at = NULL, revoked_reason = NULL")
            try world.db.execute("UPDATE users SET status = 'active', locale = 'en'")
        }
        #expect(try world.app.value("SELECT COUNT(*) FROM webhooks") == 0)
    }

    @Test func `administrators who make webhooks at the same moment do not exceed the maximum`() throws {
        for _ in 0..<Webhook.maximum - 1 { _ = try world.webhook() }
        let second = try Person("second", in: world.app)
        try world.db.execute("UPDATE users SET role = 'admin' WHERE email = \(second.email)")
        let admins = [world.admin, try second.signedInAgain()]
        let codes = try inParallel(6) { index in
            admins[index % 2].send(.post, "/webhooks", WebhookWorld.body()).status.code
        }.map { try $0.get() }
        #expect(codes.filter { $0 == 201 }.count == 1, "\(codes)")
        #expect(try world.app.value("SELECT COUNT(*) FROM webhooks") == Webhook.maximum)
    }
}
