import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct WebhookTests {
    let world: WebhookWorld

    init() throws { world = try WebhookWorld() }

    @Test func `a webhook is made, changed and deleted, each with its row in the audit`() throws {
        let path = try world.webhook(events: ["role.created"])
        let read = world.admin.send(.get, path)
        #expect(read.json["data"]?["events"] == ["role.created"])
        #expect(read.json["data"]?["secret"] == nil)
        let tag = try #require(read.headers[.eTag])
        let changed = world.admin.send(.patch, path, ["description": "Billing"], headers: [.ifMatch: tag])
        #expect(changed.json["data"]?["description"]?.string == "Billing")
        #expect(world.admin.send(.patch, path, ["description": "x"], headers: [.ifMatch: tag]).status.code == 412)
        #expect(world.admin.send(.delete, path).status == .noContent)
        #expect(world.admin.send(.get, path).status == .notFound)
        for action in [AuditAction.webhookCreated, .webhookUpdated, .webhookDeleted] {
            #expect(try world.app.audited(action) == 1)
        }
    }

    @Test func `the secret is stored encrypted, and forgotten with the webhook`() throws {
        let answer = world.admin.send(.post, "/webhooks", WebhookWorld.body())
        let text = try #require(answer.json["data"]?["secret"]?.string)
        let id = try #require(answer.json["data"]?["id"]?.string)
        let sealed = try world.app.value("SELECT secret FROM webhooks", as: [UInt8].self)
        let vault = Vault(world.app.settings.masterKeys, label: WebhookSecret.vault)
        #expect(try WebhookSecret(bytes: vault.open(sealed, for: id)).text == text)
        #expect(throws: Vault.Failure.self) { try vault.open(sealed, for: UUID.v7().text) }
        #expect(world.admin.send(.delete, "/webhooks/\(id)").status == .noContent)
        #expect(try world.app.value("SELECT secret FROM webhooks", as: [UInt8].self) == [])
    }

    @Test func `after a rotation both secrets sign for a day`() throws {
        let path = try world.webhook()
        try world.deliver(3, to: path)
        let before = try #require(try world.lease())
        #expect(before.previousSecret == nil)
        let rotated = world.admin.send(.post, path + "/rotate-secret")
        #expect(rotated.status == .created)
        #expect(rotated.json["data"]?["previousSecretEndsAt"]?.string != nil)
        let lease = try #require(try world.lease())
        #expect(lease.previousSecret == before.secret && lease.secret != before.secret)
        try world.db.execute("UPDATE webhooks SET previous_secret_ends_at = NOW(6) - INTERVAL 1 SECOND")
        try world.db.execute("UPDATE webhook_deliveries SET status = 'delivered' WHERE status = 'sending'")
        #expect(try #require(try world.lease()).previousSecret == nil)
        #expect(try WebhookRepository.purgePreviousSecrets(limit: 10, in: world.db) == 1)
        #expect(try WebhookRepository.purgePreviousSecrets(limit: 10, in: world.db) == 0)
        #expect(try world.app.value("SELECT COUNT(*) FROM webhooks WHERE previous_secret IS NULL") == 1)
    }

    @Test(
        arguments: [
            ["url": "ftp://example.com/"], ["url": "https://example.com/", "events": ["nothing.happened"]],
            ["url": "https://example.com/", "events": []], ["url": "https://example.com/", "events": ["*", "*"]],
            ["description": "without an address"],
        ] as [JSON])
    func `a webhook needs an address and known events`(body: JSON) throws {
        #expect(world.admin.send(.post, "/webhooks", body).errorCode == "VALIDATION_ERROR")
    }

    @Test func `only a program for development takes http`() throws {
        let body: JSON = ["url": "http://127.0.0.1:9000/"]
        #expect(world.admin.send(.post, "/webhooks", body).status == .created)
        let strict = WebhookChoices(events: [], allowsHTTP: false)
        #expect(strict.url.rejection(of: "http://127.0.0.1:9000/")?.message == "Must be an https URL.")
        #expect(strict.url.rejection(of: "HTTP://127.0.0.1:9000/") != nil)
        #expect(strict.url.rejection(of: "https://example.com/") == nil)
    }

    @Test func `there is room for a hundred`() throws {
        for _ in 0..<Webhook.maximum { _ = try world.webhook() }
        #expect(world.admin.send(.post, "/webhooks", WebhookWorld.body()).status == .conflict)
        let owner = try Person("owner", in: world.app)
        _ = try world.webhook(by: owner, in: TestOrganization(by: owner, slug: "engines"))
    }

    @Test func `only administrators reach webhooks, and each only those of the place that the path names`() throws {
        let (owner, member) = (try Person("owner", in: world.app), try Person("member", in: world.app))
        let organization = try TestOrganization(by: owner, slug: "engines")
        try organization.add(member, as: .member)
        let own = try world.webhook(by: owner, in: organization)
        let installation = try world.webhook()
        let id = try #require(own.split(separator: "/").last)
        #expect(world.admin.send(.get, "/webhooks/\(id)").status == .notFound)
        #expect(world.admin.send(.get, own).status == .notFound)
        #expect(member.send(.get, own).status == .forbidden)
        #expect(owner.send(.get, installation).status == .forbidden)
        #expect(owner.send(.get, own).status == .ok)
        guard case .array(let listed)? = world.admin.send(.get, "/webhooks").json["data"] else {
            Issue.record("no list")
            return
        }
        #expect(listed.map { $0["organizationId"] } == [.null])
    }

    @Test func `a ping is sent once, whatever events are wanted, and only if the webhook is enabled`() throws {
        let path = try world.webhook(events: ["role.deleted"])
        let answer = world.admin.send(.post, path + "/ping")
        #expect(answer.status == .created, "\(answer.json)")
        let location = try #require(answer.headers[.location]).replacing("/api/v1", with: "")
        #expect(world.admin.send(.get, location).json["data"]?["type"]?.string == "webhook.ping")
        #expect(try world.types(path) == ["webhook.ping"])
        #expect(world.admin.send(.patch, path, ["status": "disabled"]).status == .ok)
        #expect(world.admin.send(.post, path + "/ping").status == .conflict)
    }

    @Test func `dead deliveries are sent again, one or all since a time`() throws {
        let path = try world.webhook()
        try world.deliver(3, to: path)
        try world.db.execute("UPDATE webhook_deliveries SET status = 'dead', attempts = 9")
        try world.db.execute("UPDATE webhook_deliveries SET created_at = '2026-01-01' ORDER BY id LIMIT 1")
        #expect(world.admin.send(.post, path + "/ping").status == .created)
        try world.db.execute("UPDATE webhook_deliveries SET status = 'dead'")
        let recovered = world.admin.send(.post, path + "/recover", ["since": "2026-02-01T00:00:00Z"])
        #expect(recovered.json["data"]?["count"]?.integer == 2, "\(recovered.json)")
        #expect(recovered.json["data"]?["hasMore"] == false)
        let leases = try [world.lease(), world.lease()].compactMap(\.self)
        #expect(leases.map(\.attempt) == [1, 1])
        guard case .array(let dead)? = world.admin.send(.get, path + "/deliveries?status=dead").json["data"] else {
            Issue.record("no list")
            return
        }
        let id = try #require(dead.first?["id"]?.string)
        let again = world.admin.send(.post, "\(path)/deliveries/\(id)/redeliver")
        #expect(again.json["data"]?["status"]?.string == "pending", "\(again.json)")
        #expect(try world.app.audited(.webhookRecovered) == 2)
    }

    @Test func `people in charge are told of dead deliveries and disabled webhooks`() throws {
        let (owner, admin) = (try Person("owner", in: world.app), try Person("second", in: world.app))
        let organization = try TestOrganization(by: owner, slug: "engines")
        try organization.add(admin, as: .admin)
        let own = try world.webhook(by: admin, in: organization)
        let installation = try world.webhook()
        let users = try [own, installation].map { try WebhookRepository.usersInCharge(of: world.id($0), in: world.db) }
        #expect(users == [[try owner.internalID()], [try world.admin.internalID()]])
        let other = try Person("other-admin", in: world.app)
        try world.db.execute("UPDATE users SET role = 'admin' WHERE email = \(other.email)")
        func inCharge() throws -> [UInt64] {
            try WebhookRepository.usersInCharge(of: world.id(installation), in: world.db)
        }
        let (first, second) = (try world.admin.internalID(), try other.internalID())
        #expect(try inCharge() == [first])
        try world.db.execute("UPDATE users SET role = 'user' WHERE id = \(first)")
        #expect(try inCharge() == [second], "the maker is no administrator any more")
        try world.db.execute("UPDATE users SET role = 'admin' WHERE id = \(first)")
        try world.db.execute("UPDATE webhooks SET created_by = NULL")
        #expect(try Set(inCharge()) == [first, second])
    }
}
