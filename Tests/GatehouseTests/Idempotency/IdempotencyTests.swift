import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

@Suite struct IdempotencyTests {
    private let app: TestApplication
    private let user: TestUser
    private static let body: JSON = ["name": "Key", "scopes": ["account:read"]]

    init() throws {
        app = try TestApplication()
        user = try TestUser(in: app, email: "user@example.com")
    }

    private func create(_ key: String, _ body: JSON = body, as other: TestUser? = nil) -> Response {
        (other ?? user).send(.post, "/api-keys", body, headers: [.idempotencyKey: key])
    }

    private func keys() throws -> Int { try app.value("SELECT COUNT(*) FROM api_keys") }

    @Test func `a repeated request gets the same answer, and creates nothing`() throws {
        let first = create("a")
        let second = create("a")
        #expect(first.status == .created)
        #expect(second.status == .created)
        #expect(second.body == first.body)
        #expect(second.headers[.location] == first.headers[.location])
        #expect(first.headers[.idempotentReplayed] == nil)
        #expect(second.headers[.idempotentReplayed] == "true")
        #expect(try keys() == 1)
        let secret = try #require(first.json["data"]?["secret"]?.string)
        #expect(try app.value("SELECT COUNT(*) FROM idempotency_keys WHERE answer_sealed LIKE \("%\(secret)%")") == 0)
    }

    @Test func `another request under the key is refused, and another caller or key makes a new request`() throws {
        #expect(create("a").status == .created)
        #expect(create("a", ["name": "Other", "scopes": ["account:read"]]).errorCode == "IDEMPOTENCY_KEY_REUSED")
        #expect(create("b").status == .created)
        let other = try TestUser(in: app, email: "other@example.com")
        #expect(create("a", as: other).headers[.idempotentReplayed] == nil)
        #expect(try keys() == 3)
    }

    @Test func `failures are not remembered`() throws {
        #expect(create("a", ["name": "Key", "scopes": ["users:read"]]).errorCode == "FORBIDDEN")
        #expect(create("a", ["name": "", "scopes": []]).errorCode == "VALIDATION_ERROR")
        #expect(create("a").status == .created)
    }

    @Test func `one of 64 concurrent requests creates, and all others get its answer`() throws {
        let answers = try inParallel(64) { _ in create("a") }.map { try $0.get() }
        #expect(try keys() == 1)
        #expect(answers.allSatisfy { $0.status == .created }, "\(answers.map(\.json))")
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(answers.count { $0.headers[.idempotentReplayed] == nil } == 1)
    }

    @Test func `all of 64 concurrent requests that must fail learn why`() throws {
        let taken: JSON = ["name": "Engines", "slug": "engines"]
        #expect(user.send(.post, "/organizations", taken).status == .created)
        let answers = try inParallel(64) { _ in
            user.send(.post, "/organizations", taken, headers: [.idempotencyKey: "a"])
        }
        let messages = Set(try answers.map { try $0.get().json["error"]?["message"]?.string })
        #expect(messages == ["Another organization has this slug."])
    }

    @Test func `waiting for a key does not change the connection's own limit`() throws {
        let (db, other) = (app.database.connection(), app.database.connection())
        let name = [UInt8](repeating: 1, count: 32)
        try IdempotencyRepository.makeRoom(for: name, in: other)
        try other.transaction { other in
            _ = try IdempotencyRepository.lock(name, in: other)
            let error = #expect(throws: DatabaseError.self) { try IdempotencyRepository.makeRoom(for: name, in: db) }
            #expect(error?.isLockWaitTimeout == true)
        }
        #expect(try db.first("SELECT @@innodb_lock_wait_timeout") == 3)
    }

    @Test func `a request that is still running makes the next one wait, and then report it`() throws {
        #expect(create("a").status == .created)
        let db = app.database.connection()
        try db.transaction { db in
            try db.execute("UPDATE idempotency_keys SET expires_at = expires_at")
            let answer = create("a")
            #expect(answer.errorCode == "CONFLICT")
            #expect(answer.headers[.retryAfter] == "2")
        }
        #expect(create("a").headers[.idempotentReplayed] == "true")
    }

    @Test func `a key is forgotten after its time`() throws {
        let first = create("a")
        try age(by: 24 * 3600)
        let second = create("a", ["name": "Other", "scopes": ["account:read"]])
        #expect(second.status == .created)
        #expect(second.id != first.id)
    }

    @Test func `keys are deleted an hour after their time, with or without an answer`() throws {
        let db = app.database.connection()
        #expect(create("a").status == .created)
        #expect(create("b", ["name": ""]).errorCode == "VALIDATION_ERROR")
        try age(by: 3600 + 3600)
        #expect(try IdempotencyRepository.purge(limit: 10, in: db) == 1)
        #expect(create("a").headers[.idempotentReplayed] == "true")
        try age(by: 23 * 3600)
        #expect(try IdempotencyRepository.purge(limit: 10, in: db) == 1)
    }

    private func age(by seconds: Int) throws {
        try app.database.connection().execute(
            "UPDATE idempotency_keys SET expires_at = expires_at - INTERVAL \(seconds) SECOND")
    }
}
