import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Events are written with the change, for those who want them.
@Suite struct OutboxTests {
    let world: WebhookWorld

    init() throws { world = try WebhookWorld() }

    @Test func `an event is written once, with a delivery for each webhook that wants it`() throws {
        let (all, one) = (try world.webhook(), try world.webhook(events: ["role.created"]))
        let other = try world.webhook(events: ["role.deleted", "user.updated"])
        let role = world.admin.send(.post, "/roles", ["name": "auditor", "permissions": ["audit:read"]])
        #expect(role.status == .created)
        #expect(try world.types(all) == ["role.created"])
        #expect(try world.types(one) == ["role.created"])
        #expect(try world.types(other) == [])
        #expect(try world.app.value("SELECT COUNT(*) FROM webhook_events") == 1)
        let data = try world.app.value("SELECT data FROM webhook_events", as: String.self)
        #expect(try JSON(parsing: Array(data.utf8))["roleId"] == role.json["data"]?["id"])
    }

    @Test func `an event that nobody wants is not written`() throws {
        let disabled = try world.webhook()
        #expect(world.admin.send(.patch, disabled, ["status": "disabled"]).status == .ok)
        let deleted = try world.webhook()
        #expect(world.admin.send(.delete, deleted).status == .noContent)
        _ = try world.webhook(events: ["role.deleted"])
        #expect(world.admin.send(.post, "/roles", ["name": "auditor", "permissions": []]).status == .created)
        #expect(try world.app.value("SELECT COUNT(*) FROM webhook_events") == 0)
    }

    @Test func `an organization's webhook gets the events about it and no others`() throws {
        let (owner, member) = (try Person("owner", in: world.app), try Person("member", in: world.app))
        let organization = try TestOrganization(by: owner, slug: "engines")
        let other = try TestOrganization(by: member, slug: "looms")
        let (own, foreign) = (
            try world.webhook(by: owner, in: organization), try world.webhook(by: member, in: other)
        )
        let installation = try world.webhook()
        let link = try organization.link(for: member.email, by: owner)
        #expect(member.accept(link).status == .ok)
        #expect(owner.send(.post, "/projects", ["name": "Own"]).status == .created)
        let project: JSON = ["name": "Engine", "organizationId": .string(organization.id)]
        #expect(owner.send(.post, "/projects", project).status == .created)
        let about = [
            "organization.invitation.sent", "organization.invitation.accepted", "organization.member.joined",
            "project.created",
        ]
        #expect(try world.types(own) == about)
        #expect(try world.types(foreign) == [])
        #expect(try world.types(installation) == about.dropLast() + ["project.created", "project.created"])
    }

    @Test func `a change that is rolled back leaves no event`() throws {
        let path = try world.webhook()
        #expect(world.admin.send(.post, "/roles", ["name": "auditor", "permissions": []]).status == .created)
        #expect(world.admin.send(.post, "/roles", ["name": "auditor", "permissions": []]).status == .conflict)
        #expect(try world.types(path) == ["role.created"])
    }

    @Test func `a delivery to a webhook that was erased meanwhile does not keep the change`() throws {
        let path = try world.webhook()
        try world.db.transaction { db in
            let written = try DeliveryRepository.insert("user.created", data: "{}", for: [999_999], in: db)
            #expect(written == nil)
        }
        #expect(try world.types(path) == [])
        #expect(try world.app.value("SELECT COUNT(*) FROM webhook_events") == 1)
    }

    @Test func `events and deliveries are kept for 30 days, and those of a deleted webhook until the next purge`()
        throws
    {
        let (path, gone) = (try world.webhook(), try world.webhook())
        try world.deliver(2, to: path, gone)
        try world.db.execute("UPDATE webhook_events SET occurred_at = NOW(6) - INTERVAL 31 DAY ORDER BY id LIMIT 1")
        #expect(try DeliveryRepository.purgeEvents(limit: 10, in: world.db) == 0)
        #expect(try DeliveryRepository.purge(limit: 1, in: world.db) == 1)
        #expect(try DeliveryRepository.purge(limit: 10, in: world.db) == 1)
        #expect(try DeliveryRepository.purgeEvents(limit: 10, in: world.db) == 1)
        #expect(try world.types(path).count == 1)
        #expect(world.admin.send(.delete, gone).status == .noContent)
        while try DeliveryRepository.purgeDeleted(limit: 10, in: world.db) == 10 {}
        #expect(try world.app.value("SELECT COUNT(*) FROM webhook_deliveries") == 1)
        #expect(try WebhookRepository.purge(limit: 10, in: world.db) == 0)
        try world.db.execute("UPDATE webhooks SET deleted_at = NOW(6) - INTERVAL 25 HOUR WHERE is_deleted")
        #expect(try WebhookRepository.purge(limit: 10, in: world.db) == 1)
    }

    @Test func `an erased organization takes its webhooks along`() throws {
        let owner = try Person("owner", in: world.app)
        let organization = try TestOrganization(by: owner, slug: "engines")
        let path = try world.webhook(by: owner, in: organization)
        try world.deliver(3, to: path)
        let id = try organization.internalID()
        #expect(owner.send(.delete, organization.path()).status == .noContent)
        try PurgeOrganization(organizationID: id).run(.test(world.app))
        #expect(try world.app.value("SELECT COUNT(*) FROM webhooks") == 0)
        #expect(try world.app.value("SELECT COUNT(*) FROM webhook_deliveries") == 0)
    }
}
