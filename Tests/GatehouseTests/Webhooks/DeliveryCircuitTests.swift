import Database
import FoundationEssentials
import GatehouseTesting
import Logging
import Testing
import Web

@testable import Gatehouse

/// Deliveries to a server whose circuit is open.
@Suite struct DeliveryCircuitTests {
    private let world: WebhookWorld
    private let outbound: Outbound
    private let sender: DeliverySender

    init() throws {
        world = try WebhookWorld()
        outbound = try Outbound.test(allow: "127.0.0.1")
        sender = DeliverySender(
            outbound, world.app.settings.masterKeys, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Makes a delivery to a server on this machine, and returns the key of the server's circuit.
    private func deliver(to port: UInt16) throws -> [UInt8] {
        let (path, url) = (try world.webhook(), "http://127.0.0.1:\(port)/")
        try world.db.execute("UPDATE webhooks SET url = \(url) WHERE id = \(world.id(path))")
        try world.deliver(to: path)
        return outbound.circuits.key(.webhooks, try #require(RequestTarget(url)).server)
    }

    /// Opens a circuit for the longest pause, far longer than a test takes.
    private func openCircuit(_ key: [UInt8]) {
        for _ in 1...20 { outbound.circuits.failed(key) }
    }

    private func send() throws {
        try sender.send(try #require(try world.lease()), world.db)
    }

    /// Makes the delivery due.
    private func passTime() throws {
        try world.db.execute(
            "UPDATE webhook_deliveries SET run_at = NOW(6), put_off_since = put_off_since - INTERVAL 16 MINUTE")
    }

    private func count(_ condition: SQL) throws -> Int {
        try world.app.value("SELECT COUNT(*) FROM webhook_deliveries WHERE \(condition)")
    }

    @Test func `many deliveries are put off at the same time as leases are reclaimed, and no attempt counts`() throws {
        let server = try TestHTTPServer()
        openCircuit(try deliver(to: server.port))
        for _ in 0..<11 { _ = try deliver(to: server.port) }
        for _ in 0..<10 {
            try world.db.transaction { db in
                _ = try DeliveryRepository.insert(
                    "user.created", data: "{}", for: db.all("SELECT id FROM webhooks"), in: db)
            }
        }
        let (database, sender) = (world.app.database, sender)
        let failures = try failuresInParallel(6) { index in
            let db = database.connection()
            defer { db.close() }
            for _ in 0..<200 {
                if index < 3 {
                    try DeliveryQueue.reclaim(in: db)
                } else if let lease = try DeliveryQueue.lease(DeliveryShares(threads: 64), in: db) {
                    try sender.send(lease, db)
                }
            }
        }
        #expect(failures.allSatisfy { $0 == nil }, "\(failures)")
        #expect(try count("put_off_since IS NOT NULL") > 100)
        #expect(try count("attempts > 0 OR status <> 'pending'") == 0)
    }

    @Test func `a delivery is put off until the circuit admits it, and no attempt counts`() throws {
        let server = try TestHTTPServer()
        let key = try deliver(to: server.port)
        openCircuit(key)
        try send()
        #expect(try count("status = 'pending' AND attempts = 0 AND log = '[]' AND put_off_since IS NOT NULL") == 1)
        #expect(try count("TIMESTAMPDIFF(MICROSECOND, updated_at, run_at) BETWEEN 1000000 AND 360000000") == 1)
        #expect(try world.app.value("SELECT COUNT(*) FROM webhook_health WHERE failing_since IS NOT NULL") == 0)
        #expect(try world.lease() == nil)
        outbound.circuits.succeeded(key)
        try passTime()
        try send()
        #expect(try count("status = 'delivered' AND attempts = 1 AND put_off_since IS NULL") == 1)
        #expect(try server.nextRequest().line == "POST / HTTP/1.1")
    }

    @Test func `a delivery that was put off for long is sent, and its success closes the circuit`() throws {
        let server = try TestHTTPServer()
        let key = try deliver(to: server.port)
        openCircuit(key)
        try send()
        try passTime()
        try send()
        #expect(try server.nextRequest().line == "POST / HTTP/1.1")
        #expect(try count("status = 'delivered' AND attempts = 1") == 1)
        #expect(outbound.circuits.pause(of: key) == .zero)
    }

    @Test func `every attempt of the schedule is made, however long the circuit of a server is open`() throws {
        let port = try { try TestHTTPServer().port }()
        let key = try deliver(to: port)
        openCircuit(key)
        var turns = 0
        while try count("status = 'dead'") == 0, turns < 100 {
            try send()
            try passTime()
            turns += 1
        }
        // The circuit was open before each attempt.
        #expect(turns == 2 * DeliverySchedule.attempts)
        #expect(try count("status = 'dead' AND attempts = \(DeliverySchedule.attempts)") == 1)
        #expect(try count("JSON_LENGTH(log) = \(DeliverySchedule.attempts)") == 1)
    }

    @Test func `a delivery whose lease ran out is not put off by its first holder`() throws {
        let key = try deliver(to: 1)
        openCircuit(key)
        let first = try #require(try world.lease())
        try world.db.execute("UPDATE webhook_deliveries SET run_at = NOW(6)")
        try DeliveryQueue.reclaim(in: world.db)
        let second = try #require(try world.lease())
        try sender.send(first, world.db)
        #expect(try count("status = 'sending' AND attempts = 2 AND lease_id = \(second.leaseID)") == 1)
    }
}
