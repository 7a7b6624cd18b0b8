import Foundation
import GatehouseTesting
import Logging
import Testing
import Threads

@testable import Gatehouse

@Suite struct RedisStoreTests {
    private static let bucket = RateLimiter.Bucket(
        policy: "test", limit: RateLimit(count: 5, period: 900), key: Array("key".utf8))
    private static let wide = RateLimiter.Bucket(
        policy: "wide", limit: RateLimit(count: 100, period: 900), key: Array("wide".utf8))

    /// The log messages of a store.
    private final class Lines: Sendable {
        let texts = Lock<[String]>([])

        struct Handler: LogHandler {
            let lines: Lines
            var metadata: Logger.Metadata = [:]
            var logLevel = Logger.Level.trace

            subscript(metadataKey key: String) -> Logger.Metadata.Value? {
                get { metadata[key] }
                set { metadata[key] = newValue }
            }

            func log(event: LogEvent) {
                lines.texts.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
            }
        }

        var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }
    }

    private func store(_ server: TestRedis, _ lines: Lines = Lines(), password: String = "s3cret") throws -> RedisStore
    {
        let address = try #require(RedisAddress("redis://default:\(password)@127.0.0.1:\(server.port)/3"))
        return RedisStore(address, log: lines.logger)
    }

    @Test func `sixty-four concurrent requests are granted exactly the quota`() throws {
        let server = try TestRedis()
        let store = try store(server)
        _ = store.take([Self.wide])
        let answers = try inParallel(64) { _ in store.take([Self.bucket]) }.map { try #require(try $0.get()?.first) }
        #expect(answers.count(where: \.isGranted) == 5)
        let refused = try #require(store.take([Self.bucket])?.first)
        #expect((170...180).contains(refused.retrySeconds))
    }

    @Test func `a refusal charges no bucket`() throws {
        let server = try TestRedis()
        let store = try store(server)
        for _ in 1...5 { #expect(store.take([Self.wide, Self.bucket])?.allSatisfy(\.isGranted) == true) }
        for _ in 1...5 { #expect(store.take([Self.wide, Self.bucket])?.map(\.isGranted) == [true, false]) }
        #expect(store.take([Self.wide])?.first?.remaining == 94)
    }

    @Test func `a restarted server is used again although it has forgotten the script`() throws {
        let server = try TestRedis()
        let store = try store(server)
        #expect(store.take([Self.bucket]) != nil)
        try server.run(["SCRIPT", "FLUSH"])
        #expect(store.take([Self.bucket]) != nil)
        server.stop()
        #expect(store.take([Self.bucket]) == nil)
        try server.start()
        eventually { store.take([Self.bucket]) != nil }
    }

    @Test func `an unreachable server is reported once and not asked by every request`() throws {
        let server = try TestRedis()
        let lines = Lines()
        let store = try store(server, lines)
        server.stop()
        for _ in 1...200 { #expect(store.take([Self.bucket]) == nil) }
        #expect(lines.texts.withLock { $0.count } == 1)
    }

    @Test func `a server that hangs is given up`() throws {
        let server = try TestRedis()
        let store = try store(server)
        #expect(store.take([Self.bucket]) != nil)
        server.pause()
        #expect(store.take([Self.bucket]) == nil)
    }

    @Test func `a wrong password is refused and shown nowhere`() throws {
        let server = try TestRedis()
        let lines = Lines()
        #expect(try store(server, lines, password: "wr0ng").take([Self.bucket]) == nil)
        let text = lines.texts.withLock { $0.joined() }
        #expect(text.contains("WRONGPASS"))
        #expect(!text.contains("wr0ng"))
    }

    @Test(arguments: [[], [1], [1, 0, 0], [1, .min], [1, .max], [2, 0], [1, -1], [1, 900_000_001]])
    func `an impossible answer is refused`(numbers: [Int]) {
        #expect(throws: RedisConnection.Failure.self) { try RedisStore.verdicts(numbers, [Self.bucket]) }
    }

    @Test func `without Redis the limits of this machine apply`() throws {
        let server = try TestRedis()
        server.stop()
        var settings = LimitSettings()
        settings.store = .redis(try #require(RedisAddress("redis://127.0.0.1:\(server.port)")))
        let folder = FileManager.default.temporaryDirectory.appending(path: "limits-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        settings.file = folder.appending(path: "limits").path
        let limiter = try RateLimiter(settings, masterKeys: .throwaway(), log: Lines().logger)
        let bucket = limiter.bucket("standard", RateLimit(count: 5, period: 900), of: .words("somebody"))
        let granted = (1...10).count { _ in limiter.take([bucket]).allSatisfy(\.isGranted) }
        #expect(granted == 5)
    }

    @Test(arguments: [
        ("redis://r.example.com", "redis://r.example.com:6379/0"), ("redis://r:7000/2", "redis://r:7000/2"),
        ("redis://:p@r", "redis://r:6379/0"), ("redis://u:p@x:y@r:1/0", "redis://r:1/0"),
        ("redis://[::1]:7/1", "redis://[::1]:7/1"),
    ])
    func `an address is read and printed without its password`(text: String, printed: String) {
        #expect(RedisAddress(text)?.description == printed)
    }

    @Test func `a password may contain any character`() {
        let address = RedisAddress("redis://a%40b:p%2Fq%25:r@r.example.com")
        #expect(address?.user == "a@b")
        #expect(address?.password == "p/q%:r")
        #expect(RedisAddress("redis://r")?.password == "")
    }

    @Test(arguments: [
        "", "redis://", "redis://u:%zz@r", "redis://r:x", "redis://r:99999", "redis://r/x", "redis://r/-1",
        "redis://r/", "rediss://r", "redis://r:+7", "redis://r:0", "redis://::1", "redis://[r]", "redis://[::1]x",
        "redis://u@r", "http://r", "r:6379",
    ])
    func `an invalid address is refused`(text: String) {
        #expect(RedisAddress(text) == nil)
    }
}
