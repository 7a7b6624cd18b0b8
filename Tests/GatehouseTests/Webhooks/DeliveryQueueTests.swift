import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Which delivery is next, and what becomes of it.
@Suite struct DeliveryQueueTests {
    let world: WebhookWorld

    init() throws { world = try WebhookWorld() }

    private func record(_ lease: DeliveryQueue.Lease, _ status: WebhookDelivery.Status) throws -> Bool {
        let attempt = DeliveryAttempt(at: Date(), duration: .milliseconds(5), statusCode: 500, failure: nil)
        return try DeliveryQueue.record(lease, attempt, status: status, wait: .seconds(60), in: world.db)
    }

    private func troubled(_ path: String) throws {
        try world.db.execute("UPDATE webhook_health SET is_troubled = TRUE WHERE webhook_id = \(world.id(path))")
    }

    @Test func `two deliveries to a webhook are sent at a time, and one if its receiver is in trouble`() throws {
        let (well, sick) = (try world.webhook(), try world.webhook())
        try troubled(sick)
        try world.deliver(5, to: well, sick)
        var taken: [UInt64] = []
        while let lease = try world.lease() { taken.append(lease.webhookID) }
        #expect(taken.filter { $0 == (try? world.id(well)) }.count == 2)
        #expect(taken.filter { $0 == (try? world.id(sick)) }.count == 1)
    }

    @Test func `at the same moment, two processes do not exceed the number in flight`() throws {
        let path = try world.webhook()
        try world.deliver(20, to: path)
        let database = world.app.database
        let leases = try inParallel(8) { _ in
            let db = database.connection()
            defer { db.close() }
            return try DeliveryQueue.lease(DeliveryShares(threads: 64), in: db)?.id
        }.compactMap { try $0.get() }
        // A process that does not get the lock at once looks again later.
        #expect((1...2).contains(leases.count))
        #expect(Set(leases).count == leases.count)
    }

    @Test func `deliveries of a disabled webhook wait until it is enabled`() throws {
        let path = try world.webhook()
        try world.deliver(1, to: path)
        #expect(world.admin.send(.patch, path, ["status": "disabled"]).status == .ok)
        #expect(try world.lease() == nil)
        #expect(world.admin.send(.patch, path, ["status": "enabled"]).status == .ok)
        #expect(try world.lease() != nil)
    }

    @Test func `a lease that ran out is taken again, and its first holder records nothing`() throws {
        try world.deliver(1, to: world.webhook())
        let first = try #require(try world.lease())
        try DeliveryQueue.reclaim(in: world.db)
        #expect(try world.lease() == nil)
        try world.db.execute("UPDATE webhook_deliveries SET run_at = NOW(6)")
        try DeliveryQueue.reclaim(in: world.db)
        let second = try #require(try world.lease())
        #expect(second.id == first.id && second.attempt == 2)
        #expect(try !record(first, .delivered))
        #expect(try record(second, .delivered))
        #expect(try world.lease() == nil)
    }

    @Test func `a failed delivery waits, with its attempts in the log`() throws {
        let path = try world.webhook()
        try world.deliver(1, to: path)
        let lease = try #require(try world.lease())
        #expect(try record(lease, .pending))
        #expect(try world.lease() == nil)
        let delivery = try #require(world.admin.send(.get, path + "/deliveries").json["data"])
        guard case .array(let deliveries) = delivery, let first = deliveries.first else {
            Issue.record("no list")
            return
        }
        #expect(first["status"]?.string == "pending")
        #expect(first["nextAttemptAt"]?.string != nil)
        #expect(first["eventId"]?.string == lease.eventID.text)
        guard case .array(let attempts)? = first["attempts"] else {
            Issue.record("no attempts")
            return
        }
        #expect(attempts.map { $0["statusCode"]?.integer } == [500])
        #expect(attempts.map { $0["durationMilliseconds"]?.integer } == [5])
    }

    @Test func `the log keeps the last attempts`() {
        var log = DeliveryLog.example
        for code in 1...30 {
            log = log.adding(
                DeliveryAttempt(at: .example, duration: .zero, statusCode: code, failure: nil))
        }
        guard case .array(let attempts) = log.json else {
            Issue.record("no array")
            return
        }
        #expect(attempts.map { $0["statusCode"]?.integer } == Array(11...30))
    }

    // MARK: - Health

    private func health(_ path: String) throws -> WebhookHealth {
        try #require(try world.db.transaction { db in try WebhookHealth.lock(world.id(path), in: db) })
    }

    private func setHealth(_ path: String, succeededHoursAgo: Int, failingForHours: Int?) throws {
        try world.db.execute(
            """
            UPDATE webhook_health
            SET succeeded_at = NOW(6) - INTERVAL \(succeededHoursAgo) HOUR,
                failing_since = NOW(6) - INTERVAL \(failingForHours) HOUR
            WHERE webhook_id = \(world.id(path))
            """)
    }

    @Test(arguments: [(121, 13, true), (121, 11, false), (119, 118, false), (500, nil, false)])
    func `five days without a success and failures 12 hours apart are too much`(
        succeeded: Int, failing: Int?, isFailing: Bool
    ) throws {
        let path = try world.webhook()
        try setHealth(path, succeededHoursAgo: succeeded, failingForHours: failing)
        #expect(try health(path).isFailing == isFailing)
    }

    @Test func `a success ends trouble, and enabling a webhook forgets its failures`() throws {
        let path = try world.webhook()
        try setHealth(path, succeededHoursAgo: 200, failingForHours: 150)
        try health(path).recordFailure(warns: true, in: world.db)
        #expect(try health(path).isWarned)
        try WebhookHealth.forgetFailures(of: world.id(path), isTroubled: false, in: world.db)
        #expect(try !health(path).isWarned)
        try setHealth(path, succeededHoursAgo: 200, failingForHours: 150)
        #expect(try WebhookRepository.disable(world.id(path), because: .failing, in: world.db))
        #expect(world.admin.send(.get, path).json["data"]?["disabledReason"]?.string == "failing")
        let enabled = world.admin.send(.patch, path, ["status": "enabled"]).json["data"]
        #expect(enabled?["disabledReason"] == .null)
        #expect(try !health(path).isFailing)
    }
}
