import Database
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite struct RateLimitRepositoryTests {
    private let database: TestDatabase
    private let limit = RateLimit(count: 5, period: 900)

    init() throws {
        database = try TestDatabase(isMigrated: true)
    }

    private func key(_ subject: UInt8, _ bucket: UInt8 = 1) -> RateLimitRepository.BucketKey {
        RateLimitRepository.BucketKey(
            subject: [UInt8](repeating: subject, count: 32), bucket: [UInt8](repeating: bucket, count: 32))
    }

    private func take(_ key: RateLimitRepository.BucketKey, _ limit: RateLimit? = nil) throws -> RateLimitVerdict {
        try RateLimitRepository.take(key, limit ?? self.limit, policy: "test", in: database.connection())
    }

    @Test func `sixty-four concurrent requests are granted exactly the quota`() throws {
        let verdicts = try inParallel(64) { [key = key(1)] _ in try take(key) }.map { try $0.get() }
        #expect(verdicts.count(where: \.isGranted) == 5)
        #expect(Set(verdicts.filter(\.isGranted).map(\.remaining)) == [0, 1, 2, 3, 4])
        let refused = try take(key(1))
        #expect(!refused.isGranted)
        #expect((170...180).contains(refused.retrySeconds))
        #expect((890...900).contains(refused.resetSeconds))
    }

    @Test func `a request that began first and comes last is granted what is left`() throws {
        #expect(try take(key(1)).isGranted)
        try database.connection().execute("UPDATE rate_limits SET full_at = NOW(6) - INTERVAL 1 DAY")
        let last = try database.waiting(
            for: { try $0.execute("SELECT 1 FROM rate_limits FOR UPDATE") },
            meanwhile: { [key = key(1)] db in
                for left in [4, 3, 2, 1] {
                    let verdict = try RateLimitRepository.take(key, limit, policy: "test", in: db)
                    #expect(verdict.remaining == left)
                }
            }
        ) { [key = key(1)] in try take(key) }
        #expect(last?.isGranted == true)
        #expect(last?.remaining == 0)
    }

    @Test func `a refusal charges nothing`() throws {
        for _ in 1...5 { #expect(try take(key(1)).isGranted) }
        let refusals = try (1...5).map { _ in try take(key(1)).resetSeconds }
        #expect(refusals.allSatisfy { $0 <= 900 })
    }

    @Test func `units return with time`() throws {
        for _ in 1...5 { #expect(try take(key(1)).isGranted) }
        let db = database.connection()
        try db.execute("UPDATE rate_limits SET full_at = full_at - INTERVAL 181 SECOND")
        #expect(try take(key(1)).remaining == 0)
        try db.execute("UPDATE rate_limits SET full_at = NOW(6) - INTERVAL 1 DAY")
        #expect(try take(key(1)).remaining == 4)
    }

    @Test func `a time further ahead than an empty bucket's counts as full`() throws {
        #expect(try take(key(1)).isGranted)
        try database.connection().execute("UPDATE rate_limits SET full_at = NOW(6) + INTERVAL 1 DAY")
        #expect(try take(key(1)).remaining == 4)
    }

    @Test func `subjects and buckets are counted separately`() throws {
        for _ in 1...5 { #expect(try take(key(1, 1)).isGranted) }
        #expect(try take(key(1, 2)).remaining == 4)
        #expect(try take(key(2, 1)).remaining == 4)
    }

    @Test func `a unit can be returned`() throws {
        for _ in 1...5 { #expect(try take(key(1)).isGranted) }
        try RateLimitRepository.giveBack(key(1), limit, in: database.connection())
        #expect(try take(key(1)).isGranted)
        #expect(try !take(key(1)).isGranted)
    }

    @Test func `returning more than was taken does not increase the quota`() throws {
        #expect(try take(key(1)).isGranted)
        for _ in 1...5 { try RateLimitRepository.giveBack(key(1), limit, in: database.connection()) }
        let granted = try (1...10).count { _ in try take(key(1)).isGranted }
        #expect(granted == 5)
    }

    private func reserve(_ key: RateLimitRepository.BucketKey) throws -> RateLimitRepository.Reservation {
        try RateLimitRepository.reserve(key, limit, policy: "test", in: database.connection())
    }

    private func fail(_ key: RateLimitRepository.BucketKey) throws -> RateLimitVerdict {
        try RateLimitRepository.fail(key, limit, policy: "test", in: database.connection())
    }

    /// Every number of failures among the five, in every order of ends. The refusal is final exactly if all have
    /// failed.
    @Test(arguments: 0...31)
    func `only failures use up a quota for good`(outcomes: Int) throws {
        let key = key(UInt8(outcomes + 1))
        for _ in 1...5 { #expect(try reserve(key).verdict.isGranted) }
        for attempt in 0..<5 {
            let refused = try reserve(key)
            #expect(refused.verdict.isGranted == (outcomes % (1 << attempt) != (1 << attempt) - 1))
            if refused.verdict.isGranted { try RateLimitRepository.giveBack(key, limit, in: database.connection()) }
            #expect(!refused.isSpent, "some attempts are still running")
            if outcomes >> attempt & 1 == 1 {
                #expect(try fail(key).remaining == 4 - (outcomes % (1 << attempt)).nonzeroBitCount)
            } else {
                try RateLimitRepository.giveBack(key, limit, in: database.connection())
            }
        }
        let granted = try (1...6).count { _ in try reserve(key).verdict.isGranted }
        #expect(granted == 5 - outcomes.nonzeroBitCount)
        #expect(try reserve(key).isSpent == (outcomes == 31))
    }

    @Test func `sixty-four concurrent attempts are granted exactly the quota, and all that fail count`() throws {
        let reserved = try inParallel(64) { [key = key(1)] _ in
            let reservation = try reserve(key)
            guard reservation.verdict.isGranted else { return -1 }
            return try fail(key).remaining
        }.map { try $0.get() }
        // NOW(6) is the time at which a statement began. One that waited for the row may report one unit less than is
        // left.
        let left = reserved.filter { $0 >= 0 }.sorted()
        #expect(left.count == 5 && left.first == 0)
        #expect(zip(left, 0...4).allSatisfy { $0 <= $1 }, "\(left)")
        #expect(try reserve(key(1)).isSpent)
    }

    @Test func `failures are forgotten with time, and with the subject`() throws {
        for _ in 1...5 {
            #expect(try reserve(key(1)).verdict.isGranted)
            _ = try fail(key(1))
        }
        #expect(try reserve(key(1)).isSpent)
        let db = database.connection()
        try db.execute(
            """
            UPDATE rate_limits SET full_at = full_at - INTERVAL 181 SECOND,
                                   failures_full_at = failures_full_at - INTERVAL 181 SECOND
            """)
        #expect(try reserve(key(1)).verdict.isGranted)
        #expect(try !reserve(key(1)).isSpent, "the fifth attempt is running")
        #expect(try fail(key(1)).remaining == 0)
        #expect(try reserve(key(1)).isSpent)
        try RateLimitRepository.forget(key(1).subject, in: db)
        #expect(try fail(key(1)).remaining == 4, "an attempt that was running meanwhile counts")
    }

    @Test func `only one subject is forgotten, completely`() throws {
        for bucket in 1...3 as ClosedRange<UInt8> { for _ in 1...5 { _ = try take(key(1, bucket)) } }
        for _ in 1...5 { _ = try take(key(2)) }
        try RateLimitRepository.forget(key(1).subject, in: database.connection())
        for bucket in 1...3 as ClosedRange<UInt8> { #expect(try take(key(1, bucket)).remaining == 4) }
        #expect(try !take(key(2)).isGranted)
    }

    @Test func `a rollback returns the unit`() throws {
        struct Refused: Error {}
        let db = database.connection()
        #expect(throws: Refused.self) {
            try db.transaction { db in
                _ = try RateLimitRepository.take(key(1), limit, policy: "test", in: db)
                throw Refused()
            }
        }
        #expect(try take(key(1)).remaining == 4)
    }

    @Test func `the purge deletes buckets that have been full for a day`() throws {
        for subject in 1...3 as ClosedRange<UInt8> { _ = try take(key(subject)) }
        let db = database.connection()
        try db.execute("UPDATE rate_limits SET full_at = NOW(6) - INTERVAL 25 HOUR ORDER BY subject LIMIT 2")
        #expect(try RateLimitRepository.purge(limit: 1000, in: db) == 2)
        #expect(try db.first("SELECT COUNT(*) FROM rate_limits", as: Int.self) == 1)
    }
}
