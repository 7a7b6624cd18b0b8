import Database
import FoundationEssentials
import GatehouseTesting
import Testing

@testable import Gatehouse

/// Looking for the next delivery costs the same however many wait.
@Suite struct DeliveryPlanTests {
    @Test func `the server reads one entry for each webhook, whatever waits`() throws {
        let world = try WebhookWorld()
        let path = try world.webhook()
        try world.deliver(1, to: path)
        try world.db.execute(
            """
            INSERT INTO webhook_events (public_id, type, data) SELECT UUID(), 'user.created', '{}' FROM seq_1_to_3000
            """)
        try world.db.execute(
            """
            INSERT IGNORE INTO webhook_deliveries (public_id, webhook_id, event_id)
            SELECT UUID(), \(world.id(path)), id FROM webhook_events
            """)
        let before = try reads(world.db)
        #expect(try world.lease() != nil)
        #expect(try reads(world.db) - before < 100)
    }

    /// The entries of indexes and rows that this session has read so far.
    private func reads(_ db: Connection) throws -> Int {
        let counts: [Int] = try db.all(
            """
            SELECT CAST(variable_value AS INTEGER) FROM information_schema.session_status
            WHERE variable_name IN ('HANDLER_READ_NEXT', 'HANDLER_READ_KEY', 'HANDLER_READ_RND_NEXT')
            """)
        return counts.reduce(0, +)
    }
}
