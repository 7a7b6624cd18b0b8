import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite struct CircuitBreakerTests {
    private let masterKeys = MasterKeys.throwaway()
    private let circuits: CircuitBreaker
    private let key: [UInt8]
    private let other: [UInt8]

    init() throws {
        circuits = try CircuitBreaker(path: nil, masterKeys: masterKeys)
        key = circuits.key(.test, "https://example.com:443")
        other = circuits.key(.test, "https://example.org:443")
    }

    @Test("the fifth failure in a row opens a circuit, for a while")
    func opens() throws {
        for _ in 1...4 { #expect(!circuits.failed(key, at: 1000)) }
        #expect(circuits.admits(key, timeout: .seconds(1), at: 1000))
        #expect(circuits.failed(key, at: 1000))
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 1001))
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 5999))
        #expect(circuits.admits(other, timeout: .seconds(1), at: 1001))
    }

    @Test("one request tries a server again, and the others wait for it")
    func probe() throws {
        for _ in 1...5 { circuits.failed(key, at: 1000) }
        #expect(circuits.admits(key, timeout: .seconds(1), at: 8000))
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 8000))
        // It may have been killed.
        #expect(circuits.admits(key, timeout: .seconds(1), at: 9100))
        circuits.succeeded(key)
        for _ in 1...9 { #expect(circuits.admits(key, timeout: .seconds(1), at: 9100)) }
    }

    @Test("a pause lasts until a request may be sent")
    func pause() throws {
        for _ in 1...4 { circuits.failed(key, at: 1000) }
        #expect(circuits.pause(of: key, at: 1000) == .zero)
        circuits.failed(key, at: 1000)
        let pause = circuits.pause(of: key, at: 1000)
        #expect(pause >= .milliseconds(5000) && pause <= .milliseconds(6000))
        #expect(circuits.pause(of: key, at: 1001) == pause - .milliseconds(1))
        #expect(circuits.pause(of: key, at: 7000) == .zero)
        #expect(circuits.pause(of: other, at: 1000) == .zero)
    }

    @Test("each further failure doubles the pause, up to the longest")
    func pauses() throws {
        for _ in 1...5 { circuits.failed(key, at: 0) }
        #expect(!circuits.failed(key, at: 7000), "it was open before")
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 7000 + 9999))
        for _ in 1...300 { circuits.failed(key, at: 20_000) }
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 20_000 + CircuitBreaker.longestPause - 1))
        #expect(circuits.admits(key, timeout: .seconds(1), at: 20_000 + CircuitBreaker.longestPause * 6 / 5))
    }

    @Test("failures that are rare open no circuit")
    func rare() throws {
        for minute in 1...9 as ClosedRange<UInt64> { #expect(!circuits.failed(key, at: minute * 61_000)) }
        #expect(circuits.admits(key, timeout: .seconds(1), at: 9 * 61_000))
    }

    @Test("a circuit that is open for longer than any pause is from before a restart of the machine, and closed")
    func restarted() throws {
        for _ in 1...5 { circuits.failed(key, at: 86_400_000) }
        #expect(circuits.admits(key, timeout: .seconds(1), at: 60_000))
        // Its failures are forgotten, too.
        #expect(!circuits.failed(key, at: 60_000))
        for _ in 1...4 { circuits.failed(key, at: 60_000) }
        #expect(!circuits.admits(key, timeout: .seconds(1), at: 60_001))
    }

    @Test("nobody knows keys without the master key, and servers that users choose share no line with others")
    func keys() throws {
        let another = try CircuitBreaker(path: nil, masterKeys: .throwaway())
        let server = "https://example.com:443"
        #expect(circuits.key(.webhooks, server) == circuits.key(.webhooks, server))
        #expect(circuits.key(.webhooks, server) != another.key(.webhooks, server))
        for number in 1...100 {
            #expect(circuits.key(.webhooks, "https://\(number).example:443")[7] & 1 == 0)
            #expect(circuits.key(.providers, "https://\(number).example:443")[7] & 1 == 1)
        }
    }

    @Test("processes of a machine share circuits")
    func shared() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("circuits")
        let (one, another) = (
            try CircuitBreaker(path: path, masterKeys: masterKeys),
            try CircuitBreaker(path: path, masterKeys: masterKeys)
        )
        for _ in 1...5 { one.failed(key, at: 1000) }
        #expect(!another.admits(key, timeout: .seconds(1), at: 1001))
        let admitted = try inParallel(16) { number in
            (number % 2 == 0 ? one : another).admits(key, timeout: .seconds(1), at: 9000)
        }
        #expect(try admitted.filter { try $0.get() }.count == 1)
    }
}
