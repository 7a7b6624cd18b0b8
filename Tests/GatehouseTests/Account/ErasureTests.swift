import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// The job that erases deleted accounts.
@Suite struct ErasureTests {
    private let app: TestApplication
    private let db: Connection

    init() throws {
        app = try TestApplication()
        db = app.database.connection()
    }

    private func end(_ person: Person) throws {
        try person.mark(.deleted)
        try db.execute(
            "UPDATE users SET deleted_at = NOW(6) - INTERVAL 31 DAY WHERE email = \(person.email)")
    }

    private func left() throws -> [String] {
        try db.all("SELECT email FROM users ORDER BY id")
    }

    @Test func `an account that cannot be erased does not stop others`() throws {
        let people = try ["stuck", "second", "third"].map { try Person($0, in: app) }
        for person in people { try end(person) }
        try db.execute(
            "CREATE TABLE holds (user_id BIGINT UNSIGNED NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id))")
        try db.execute("INSERT INTO holds VALUES (\(people[0].internalID()))")
        #expect(throws: DatabaseError.self) { try EraseDeletedAccounts().run(.test(app)) }
        #expect(try left() == [people[0].email])
        try db.execute("DROP TABLE holds")
        try EraseDeletedAccounts().run(.test(app))
        #expect(try left().isEmpty)
    }

    @Test func `a user's projects are erased in parts, and so is their name as the owner of others`()
        throws
    {
        let (person, owner) = (try Person("person", in: app), try Person("owner", in: app))
        let organization = try TestOrganization(by: owner)
        let (id, organizationID) = (try person.internalID(), try organization.internalID())
        try db.execute(
            """
            INSERT INTO projects (public_id, user_id, owner_id, name, description, status)
            SELECT UUID(), \(id), \(id), 'Engine', '', 'active' FROM seq_1_to_1500
            """)
        try db.execute("INSERT INTO words SELECT \(Tenant.user(id).wordScope), 'engine', id FROM projects")
        try db.execute(
            """
            INSERT INTO projects (public_id, organization_id, owner_id, name, description, status, updated_at)
            SELECT UUID(), \(organizationID), \(id), 'Engine', '', 'active', '2026-01-01' FROM seq_1_to_1500
            """)
        try end(person)
        #expect(throws: JobBrokenOff.self) { try EraseDeletedAccounts().run(.test(app, isStopping: { true })) }
        #expect(try app.value("SELECT COUNT(*) FROM projects") == 3000, "it stops before the first account")
        try EraseDeletedAccounts().run(.test(app))
        #expect(try left() == [owner.email])
        #expect(try app.value("SELECT COUNT(*) FROM projects WHERE owner_id IS NULL") == 1500)
        #expect(try app.value("SELECT COUNT(*) FROM projects WHERE updated_at = '2026-01-01'") == 1500)
        #expect(try app.value("SELECT COUNT(*) FROM words WHERE scope LIKE 'projects/%'") == 0)
    }

    @Test func `the addresses of a long audit are read by the index of their order`() throws {
        let user = UUID.v7()
        for (range, index) in zip(
            EraseAuditAddresses.ranges(of: user), ["idx_audit_events_actor_time", "idx_audit_events_target_time"])
        {
            let plan: [PlanStep] = try db.all(
                """
                EXPLAIN SELECT \(range.id) FROM \(range.source) WHERE \(range.condition)
                ORDER BY \(range.column), \(range.id) LIMIT 1000
                """)
            #expect(plan.map(\.index) == [index])
            #expect(!plan.contains { $0.extra.contains("filesort") })
        }
    }

    private struct PlanStep: RowDecodable {
        let index: String?
        let extra: String

        init(row: Row) throws(DatabaseError) {
            index = try row.decode("key")
            extra = try row.decode("Extra")
        }
    }

    @Test func `the addresses of a long audit are erased in parts`() throws {
        let person = try Person("person", in: app)
        try db.execute(
            """
            INSERT INTO audit_events (public_id, action, actor_id, ip_address)
            SELECT UUID(), 'user.updated', \(person.id), '192.0.2.1' FROM seq_1_to_1500
            """)
        let id = try app.value("SELECT public_id FROM users", as: UUID.self)
        try person.erase()
        let held: SQL = "SELECT COUNT(*) FROM audit_events WHERE actor_id = \(id) AND ip_address IS NOT NULL"
        let job = EraseAuditAddresses(userPublicID: id)
        #expect(throws: JobBrokenOff.self) { try job.run(.test(app, isStopping: { true })) }
        #expect(try app.value(held) > 1500)
        try job.run(.test(app))
        #expect(try app.value(held) == 0)
    }
}
