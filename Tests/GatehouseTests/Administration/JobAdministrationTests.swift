import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct JobAdministrationTests {
    private let app: TestApplication
    private let admin: Administration
    private let db: Connection

    init() throws {
        app = try TestApplication()
        admin = try administration(of: app)
        db = app.database.connection()
    }

    /// Enqueues jobs and makes them dead.
    private func dead(_ count: Int) throws -> [UUID] {
        for number in 1...count {
            try JobQueue.enqueue(SendVerificationMail(emailKey: "dead\(number)@example.com"), in: db)
            let lease = try #require(try JobQueue.lease(in: db))
            try JobQueue.fail(lease, because: "refused", isPermanent: true, in: db)
        }
        return try db.all("SELECT public_id FROM jobs WHERE status = 'dead' ORDER BY id")
    }

    private func statuses(deadOnly: Bool = false, kind: String? = nil) throws -> [String] {
        guard case .array(let jobs)? = try admin.listJobs(deadOnly: deadOnly, kind: kind, limit: 100)["data"] else {
            return []
        }
        return jobs.compactMap { $0["status"]?.string }
    }

    @Test func `jobs are listed by state and kind without their payload`() throws {
        _ = try dead(1)
        try JobQueue.enqueue(Purge(), in: db)
        _ = try JobQueue.lease(in: db)
        try JobQueue.enqueue(Purge(), in: db)
        #expect(try statuses() == ["dead", "running", "pending"])
        #expect(try statuses(deadOnly: true) == ["dead"])
        #expect(try statuses(kind: Purge.kind) == ["running", "pending"])
        let shown = String(
            decoding: try admin.listJobs(deadOnly: false, kind: nil, limit: 100).text(), as: UTF8.self)
        #expect(!shown.contains("dead1@example.com"))
    }

    @Test func `a list says whether there are more`() throws {
        for _ in 1...3 { try JobQueue.enqueue(Purge(), in: db) }
        #expect(try admin.listJobs(deadOnly: false, kind: nil, limit: 2)["meta"]?["more"] == true)
        #expect(try admin.listJobs(deadOnly: false, kind: nil, limit: 3)["meta"]?["more"] == false)
    }

    @Test func `an unknown kind is refused, and one that another version left is listed`() throws {
        #expect(try statuses(kind: Purge.kind) == [])
        #expect(throws: AdministrationError.self) { try statuses(kind: "other") }
        try db.execute("INSERT INTO jobs (public_id, kind, payload, run_at) VALUES (UUID(), 'other', '{}', NOW(6))")
        #expect(try statuses(kind: "other") == ["pending"])
    }

    @Test func `retrying a dead job makes it due with all its attempts`() throws {
        let ids = try dead(2)
        #expect(try admin.retryJobs(ids[1])["data"]?["retried"] == 1)
        let lease = try #require(try JobQueue.lease(in: db))
        #expect(lease.publicID == ids[1])
        #expect(lease.attempts == 1)
        #expect(try statuses() == ["dead", "running"])
    }

    @Test func `a job that is not dead can be neither retried nor deleted`() throws {
        try JobQueue.enqueue(Purge(), in: db)
        let id = try #require(try db.first("SELECT public_id FROM jobs", as: UUID.self))
        #expect(throws: AdministrationError.noSuchDeadJob(id)) { try admin.retryJobs(id) }
        #expect(throws: AdministrationError.noSuchDeadJob(id)) { try admin.purgeJobs(id) }
        #expect(try statuses() == ["pending"])
    }

    @Test func `only dead jobs are retried or deleted together`() throws {
        _ = try dead(3)
        try JobQueue.enqueue(Purge(), in: db)
        #expect(try admin.retryJobs(nil)["data"]?["retried"] == 3)
        #expect(try admin.purgeJobs(nil)["data"]?["purged"] == 0)
        #expect(try statuses().count == 4)
        _ = try dead(1)
        #expect(try admin.purgeJobs(nil)["data"]?["purged"] == 1)
    }
}
