import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Owners of webhooks share the threads of a process.
@Suite struct DeliverySharesTests {
    let world: WebhookWorld
    /// Webhooks of the installation, with many deliveries that have waited for long.
    private let greedy: [String]
    /// A webhook of an organization, with deliveries of this moment.
    private let modest: String

    init() throws {
        world = try WebhookWorld()
        greedy = try [world.webhook(), world.webhook(), world.webhook()]
        for path in greedy { try world.deliver(4, to: path) }
        try world.db.execute("UPDATE webhook_deliveries SET run_at = NOW(6) - INTERVAL 1 HOUR")
        let owner = try Person("owner", in: world.app)
        modest = try world.webhook(by: owner, in: TestOrganization(by: owner, slug: "looms"))
        try world.deliver(4, to: modest)
    }

    /// Takes deliveries as a process does whose receivers all hang, and returns the paths of their webhooks.
    private func taken(threads: Int) throws -> [String] {
        var shares = DeliveryShares(threads: threads)
        var leases: [DeliveryQueue.Lease] = []
        while leases.count < threads, let lease = try world.lease(shares) {
            shares.begin(lease)
            leases.append(lease)
        }
        let paths = try Dictionary(uniqueKeysWithValues: (greedy + [modest]).map { (try world.id($0), $0) })
        return leases.compactMap { paths[$0.webhookID] }
    }

    @Test(arguments: [(4, 2), (8, 2), (16, 4)])
    func `an owner gets a quarter of the threads, and two at least`(threads: Int, own: Int) throws {
        let taken = try taken(threads: threads)
        #expect(taken.filter { $0 != modest }.count == own)
        #expect(taken.filter { $0 == modest }.count == 2)
    }

    @Test func `an owner gets half of these for receivers in trouble`() throws {
        try world.db.execute("UPDATE webhook_health SET is_troubled = TRUE")
        let taken = try taken(threads: 16)
        #expect(taken.filter { $0 != modest }.count == 2)
        #expect(taken.filter { $0 == modest }.count == 1)
    }

    @Test func `all receivers in trouble get half of the threads`() throws {
        try world.db.execute("UPDATE webhook_health SET is_troubled = TRUE")
        #expect(try taken(threads: 2).count == 1)
    }

    @Test func `owners take turns, and so do the webhooks of an owner, whatever has waited longer`() throws {
        var shares = DeliveryShares(threads: 4)
        var taken: [UInt64] = []
        for _ in 0..<8 {
            let lease = try #require(try world.lease(shares))
            serve(lease, &shares, for: .milliseconds(5))
            taken.append(lease.webhookID)
            try world.db.execute("UPDATE webhook_deliveries SET status = 'delivered' WHERE status = 'sending'")
        }
        let (first, second) = (try greedy.map(world.id), try world.id(modest))
        #expect(taken.enumerated().allSatisfy { index, id in (id == second) == (index % 2 == 1) })
        #expect(Set([taken[0], taken[2], taken[4]]) == Set(first))
        #expect(taken[6] == taken[0])
    }

    /// Counts a delivery that took so long and ended now.
    private func serve(_ lease: DeliveryQueue.Lease, _ shares: inout DeliveryShares, for duration: Duration) {
        let now = ContinuousClock.now
        shares.begin(lease, at: now - duration)
        shares.end(lease, at: now)
    }

    @Test func `an owner with fast receivers passes one with slow receivers, however many deliveries it has had`()
        throws
    {
        var shares = DeliveryShares(threads: 4)
        let (slow, fast) = (try #require(try world.lease(shares)), try world.id(modest))
        serve(slow, &shares, for: .seconds(1))
        for _ in 0..<4 {
            let lease = try #require(try world.lease(shares))
            #expect(lease.webhookID == fast)
            serve(lease, &shares, for: .milliseconds(5))
            try world.db.execute("UPDATE webhook_deliveries SET status = 'delivered' WHERE status = 'sending'")
        }
        #expect(try world.lease(shares)?.ownerID == slow.ownerID)
    }

    @Test func `busy owners leave a quarter of the threads to the others`() throws {
        var shares = DeliveryShares(threads: 4)
        let owner = try Person("busy", in: world.app)
        for number in 1...2 {
            let organization = try TestOrganization(by: owner, slug: "busy-\(number)")
            try world.deliver(3, to: world.webhook(by: owner, in: organization))
        }
        // Each owner has had a delivery of 15 seconds, except the modest one.
        try world.db.execute(
            "UPDATE webhooks SET status = 'disabled', disabled_reason = 'request' WHERE id = \(world.id(modest))")
        for _ in 0..<3 {
            serve(try #require(try world.lease(shares)), &shares, for: .seconds(15))
            try world.db.execute("UPDATE webhook_deliveries SET status = 'delivered' WHERE status = 'sending'")
        }
        for _ in 0..<3 { shares.begin(try #require(try world.lease(shares))) }
        #expect(try world.lease(shares) == nil)
        try world.db.execute(
            "UPDATE webhooks SET status = 'enabled', disabled_reason = NULL WHERE id = \(world.id(modest))")
        #expect(try world.lease(shares)?.webhookID == world.id(modest))
    }

    @Test func `an ended delivery makes room again`() throws {
        var shares = DeliveryShares(threads: 4)
        let leases = try (0..<4).map { _ in
            let lease = try #require(try world.lease(shares))
            shares.begin(lease)
            return lease
        }
        #expect(try world.lease(shares) == nil)
        shares.end(leases[1])
        try world.db.execute("UPDATE webhook_deliveries SET status = 'delivered' WHERE id = \(leases[1].id)")
        #expect(try world.lease(shares)?.ownerID == leases[1].ownerID)
    }

    @Test func `a list of ids keeps the last ones in their order`() {
        var list = IDList()
        for id in [1, 2, 3, 1, 4] as [UInt64] { list.moveToEnd(id, keeping: 3) }
        #expect(list.text == "3,1,4")
        #expect(IDList().text.isEmpty)
    }

    // MARK: - Trouble

    @Test func `a new webhook and one that is enabled again are in trouble until their receiver has answered`() throws {
        try world.db.execute("UPDATE webhook_deliveries SET status = 'delivered'")
        let path = try world.webhook(isProven: false)
        try world.deliver(3, to: path)
        #expect(try world.lease()?.isTroubled == true)
        try WebhookHealth.forgetFailures(of: world.id(path), isTroubled: false, in: world.db)
        #expect(world.admin.send(.patch, path, ["description": "x"]).status == .ok)
        #expect(try world.lease()?.isTroubled == false)
        for status in ["disabled", "enabled"] {
            #expect(world.admin.send(.patch, path, ["status": .string(status)]).status == .ok)
        }
        try world.db.execute("UPDATE webhook_deliveries SET status = 'delivered' WHERE status = 'sending'")
        #expect(try world.lease()?.isTroubled == true)
    }
}
