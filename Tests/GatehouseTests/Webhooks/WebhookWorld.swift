import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// An application with an administrator, and webhooks to which nothing is sent.
struct WebhookWorld {
    let app: TestApplication
    let db: Connection
    let admin: Person

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
        let person = try Person("admin", in: app)
        try db.execute("UPDATE users SET role = 'admin' WHERE email = \(person.email)")
        admin = try person.signedInAgain()
    }

    /// Makes a webhook of the installation or of an organization, and returns its path.
    /// - Parameter isProven: whether its receiver has answered quickly already.
    func webhook(
        by person: Person? = nil, in organization: TestOrganization? = nil, events: [String] = ["*"],
        isProven: Bool = true
    ) throws -> String {
        let path = (organization?.path() ?? "") + "/webhooks"
        let answer = (person ?? admin).send(.post, path, Self.body(events))
        #expect(answer.status == .created, "\(answer.json)")
        let webhook = "\(path)/\(try #require(answer.json["data"]?["id"]?.string))"
        if isProven { try WebhookHealth.forgetFailures(of: id(webhook), isTroubled: false, in: db) }
        return webhook
    }

    static func body(_ events: [String] = ["*"]) -> JSON {
        ["url": "https://hooks.example.com/", "events": .array(events.map { .string($0) })]
    }

    /// The internal id of the webhook with a path.
    func id(_ path: String) throws -> UInt64 {
        let publicID = try #require(path.split(separator: "/").last.flatMap { UUID(uuidString: String($0)) })
        return try app.value("SELECT id FROM webhooks WHERE public_id = \(publicID)", as: UInt64.self)
    }

    /// Writes deliveries, due at once.
    func deliver(_ count: Int = 1, to paths: String...) throws {
        let ids = try paths.map(id)
        for _ in 0..<count {
            try db.transaction { db in _ = try DeliveryRepository.insert("user.created", data: "{}", for: ids, in: db) }
        }
    }

    /// The types of the events that a webhook gets, in their order.
    func types(_ path: String) throws -> [String] {
        try db.all(
            """
            SELECT v.type FROM webhook_deliveries d JOIN webhook_events v ON v.id = d.event_id
            WHERE d.webhook_id = \(id(path)) ORDER BY v.id
            """)
    }

    /// Takes a due delivery, by default as a process that sends nothing else.
    func lease(_ shares: DeliveryShares = DeliveryShares(threads: 64)) throws -> DeliveryQueue.Lease? {
        try DeliveryQueue.lease(shares, in: db)
    }
}
