import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite struct CircuitBreakerTests {
    private let key = CircuitBreaker.key(.modules, "https://example.com:443")
    private let other = CircuitBreaker.key(.modules, "https://example.org:443")

    @Test("the fifth failure in a row opens a circuit, for a while")
    func opens() throws {
        let circuits = try CircuitBreaker(path: nil)
        for _ in 1...4 { #expect(!circuits.failed(key, at: 1000)) }
        #expect(circuits.admits(key, timeout: .seconds(1), at: 1000))
        #expect(circuits.failed(key, at: 1000))
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 1001))
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 5999))
        #expect(circuits.admits(other, timeout: .seconds(1), at: 1001))
    }

    @Test("one request tries a server again, and the others wait for it")
    func probe() throws {
        let circuits = try CircuitBreaker(path: nil)
        for _ in 1...5 { circuits.failed(key, at: 1000) }
        #expect(circuits.admits(key, timeout: .seconds(1), at: 8000))
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 8000))
        // It may have been killed.
        #expect(circuits.admits(key, timeout: .seconds(1), at: 9100))
        circuits.succeeded(key)
        for _ in 1...9 { #expect(circuits.admits(key, timeout: .seconds(1), at: 9100)) }
    }

    @Test("each further failure doubles the pause, up to the longest")
    func pauses() throws {
        let circuits = try CircuitBreaker(path: nil)
        for _ in 1...5 { circuits.failed(key, at: 0) }
        #expect(!circuits.failed(key, at: 7000), "it was open before")
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 7000 + 9999))
        for _ in 1...300 { circuits.failed(key, at: 20_000) }
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 20_000 + CircuitBreaker.longestPause - 1))
        #expect(circuits.admits(key, timeout: .seconds(1), at: 20_000 + CircuitBreaker.longestPause * 6 / 5))
    }

    @Test("failures that are rare open no circuit")
    func rare() throws {
        let circuits = try CircuitBreaker(path: nil)
        for minute in 1...9 as ClosedRange<UInt64> { #expect(!circuits.failed(key, at: minute * 61_000)) }
        #expect(circuits.admits(key, timeout: .seconds(1), at: 9 * 61_000))
    }

    @Test("processes of a machine share circuits")
    func shared() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("circuits")
        let (one, another) = (try CircuitBreaker(path: path), try CircuitBreaker(path: path))
        for _ in 1...5 { one.failed(key, at: 1000) }
        #expect(!another.admits(key, timeout: .seconds(1), at: 1001))
        let admitted = try inParallel(16) { number in
            (number % 2 == 0 ? one : another).admits(key, timeout: .seconds(1), at: 9000)
        }
        #expect(try admitted.filter { try $0.get() }.count == 1)
    }
}
