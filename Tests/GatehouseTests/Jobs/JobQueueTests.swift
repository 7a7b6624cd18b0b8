import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct JobQueueTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase(isMigrated: true)
    }

    private func enqueue(_ count: Int) throws {
        let db = database.connection()
        for number in 1...count {
            try JobQueue.enqueue(SendVerificationMail(emailKey: "\(number)@example.com"), in: db)
        }
    }

    private func makeDue() throws {
        try database.connection().execute("UPDATE jobs SET run_at = NOW(6) - INTERVAL 1 SECOND")
    }

    @Test func `each job is leased by one runner`() throws {
        try enqueue(60)
        let leased = try inParallel(12) { _ in
            let db = database.connection()
            var ids: [UInt64] = []
            while let lease = try JobQueue.lease(in: db) { ids.append(lease.id) }
            return ids
        }.flatMap { try $0.get() }
        #expect(leased.count == 60)
        #expect(Set(leased).count == 60)
    }

    @Test func `a job exists exactly if its transaction commits`() throws {
        struct Refused: Error {}
        let db = database.connection()
        #expect(throws: Refused.self) {
            try db.transaction { db in
                try JobQueue.enqueue(Purge(), in: db)
                throw Refused()
            }
        }
        #expect(try JobQueue.lease(in: db) == nil)
    }

    @Test func `an expired lease goes to another runner, and the first one finishes nothing`() throws {
        try enqueue(1)
        let db = database.connection()
        let first = try #require(try JobQueue.lease(in: db))
        #expect(try JobQueue.lease(in: db) == nil)
        try makeDue()
        let second = try #require(try JobQueue.lease(in: db))
        #expect(second.id == first.id)
        #expect(second.attempts == 2)
        try JobQueue.finish(first, in: db)
        try JobQueue.fail(first, because: "late", isPermanent: true, in: db)
        #expect(try db.first("SELECT status FROM jobs", as: String.self) == "pending")
        try JobQueue.finish(second, in: db)
        #expect(try db.first("SELECT COUNT(*) FROM jobs", as: Int.self) == 0)
    }

    @Test func `a failed job is retried later and dead in the end`() throws {
        try enqueue(1)
        let db = database.connection()
        for attempt in 1...JobQueue.maximumAttempts {
            try makeDue()
            let lease = try #require(try JobQueue.lease(in: db))
            #expect(lease.attempts == attempt)
            try JobQueue.fail(lease, because: "the server is down", isPermanent: false, in: db)
            #expect(try JobQueue.lease(in: db) == nil)
        }
        try makeDue()
        #expect(try JobQueue.lease(in: db) == nil)
        #expect(try db.first("SELECT status FROM jobs", as: String.self) == "dead")
        #expect(try db.first("SELECT last_error FROM jobs", as: String.self) == "the server is down")
    }

    @Test func `a job that was broken off goes to another runner at once, and does not count as failed`() throws {
        try enqueue(1)
        let db = database.connection()
        let first = try #require(try JobQueue.lease(in: db))
        try JobQueue.release(first, in: db)
        let second = try #require(try JobQueue.lease(in: db))
        #expect(second.id == first.id && second.attempts == 1)
        try JobQueue.release(first, in: db)
        #expect(try JobQueue.lease(in: db) == nil, "the first runner no longer holds it")
    }

    @Test func `a job whose runner dies on every attempt is dead in the end`() throws {
        try enqueue(1)
        let db = database.connection()
        for _ in 1...JobQueue.maximumAttempts {
            try makeDue()
            #expect(try JobQueue.lease(in: db) != nil)
        }
        try makeDue()
        #expect(try JobQueue.lease(in: db) == nil)
        #expect(try db.first("SELECT status FROM jobs", as: String.self) == "dead")
    }

    @Test func `delays double up to the longest`() {
        for attempt in 1...100 {
            let expected = min(5 * (1 << min(attempt - 1, 20)), 7200)
            let delay = JobQueue.delay(afterAttempt: attempt)
            #expect((expected...expected + expected / 5).contains(delay))
        }
    }

    @Test func `periodic work is enqueued by one of many`() throws {
        let job = PeriodicJob(Purge(), every: 3600)
        try job.register(in: database.connection())
        let results = try inParallel(16) { _ in
            let db = database.connection()
            try job.register(in: db)
            try job.enqueueIfDue(in: db)
        }
        for result in results { try result.get() }
        #expect(try database.connection().first("SELECT COUNT(*) FROM jobs", as: Int.self) == 1)
    }

    @Test func `periodic work whose time was written by a wrong clock is due`() throws {
        let db = database.connection()
        let job = PeriodicJob(Purge(), every: 3600)
        try job.register(in: db)
        try job.enqueueIfDue(in: db)
        try db.execute("UPDATE periodic_jobs SET next_run_at = NOW(6) + INTERVAL 30 DAY")
        try job.enqueueIfDue(in: db)
        try job.enqueueIfDue(in: db)
        #expect(try db.first("SELECT COUNT(*) FROM jobs", as: Int.self) == 2)
    }

    @Test func `the purge deletes only what has ended`() throws {
        let app = try TestApplication()
        let account = try TestAccount(in: app)
        let (old, live) = (try account.signIn(), try account.signIn())
        let db = app.database.connection()
        try db.execute("UPDATE sessions SET expires_at = NOW(6) - INTERVAL 31 DAY ORDER BY id LIMIT 1")
        #expect(try SessionRepository.purge(limit: 1000, in: db) == 1)
        #expect(app.send(.get, "/api/v1/users/me", token: old.accessToken).errorCode == "TOKEN_REVOKED")
        #expect(app.send(.get, "/api/v1/users/me", token: live.accessToken).status == .ok)
        #expect(try OneTimeTokenRepository.purge(limit: 1000, in: db) == 0)
    }
}
