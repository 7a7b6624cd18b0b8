import Database
import GatehouseTesting
import Testing

@testable import Gatehouse

/// The purge of all modules.
@Suite struct PurgeTests {
    private struct Fault: Error {}

    /// The erasure of the program, with one more kind of rows, which fails, before all others.
    private struct Faulty: Erasure {
        let modules: any Erasure

        var expiredRows: [ExpiredRows] { [ExpiredRows("faulty") { _, _ in throw Fault() }] + modules.expiredRows }

        func eraseSome(of tenant: Tenant, in db: Connection) throws -> Bool {
            try modules.eraseSome(of: tenant, in: db)
        }

        func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
            try modules.erase(user, telling: hooks, in: db)
        }

        func eraseOrganization(_ id: UInt64, in db: Connection) throws {
            try modules.eraseOrganization(id, in: db)
        }
    }

    @Test func `rows that cannot be purged do not keep the others, and the job fails`() throws {
        let world = try WebhookWorld()
        try world.deliver(2, to: world.webhook())
        try world.db.execute("UPDATE webhook_events SET occurred_at = NOW(6) - INTERVAL 31 DAY")
        let context = try JobContext.test(world.app, erasure: Faulty(modules: world.app.program.modules))
        #expect(throws: Fault.self) { try Purge().run(context) }
        #expect(try world.app.value("SELECT COUNT(*) FROM webhook_events") == 0)
    }
}
