import GatehouseTesting
import Glibc
import Testing

@testable import Gatehouse

@Suite struct OutboundTests {
    @Test("a name is judged by the address that it has when it is used")
    func names() throws {
        let server = try TestHTTPServer()
        let client = try Outbound.test().client(.webhooks, timeout: .seconds(20), largestBody: 1000)
        for host in ["localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0", "[::ffff:127.0.0.1]", "[::1]"] {
            #expect(throws: HTTPClientError.addressRefused) { try client.get("https://\(host):\(server.port)/") }
        }
        // A host opens no loopback address.
        let opening = try Outbound.test(allow: "localhost")
        #expect(throws: HTTPClientError.addressRefused) {
            try opening.client(.webhooks, timeout: .seconds(20), largestBody: 1000).get(
                "https://localhost:\(server.port)/")
        }
    }

    @Test("a proxy of the environment is not used")
    func proxies() throws {
        let (server, proxy) = (try TestHTTPServer(), try TestHTTPServer())
        for name in ["http_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:\(proxy.port)", 1) }
        defer { for name in ["http_proxy", "ALL_PROXY"] { unsetenv(name) } }
        let client = try Outbound.test(allow: "127.0.0.1").client(.test, timeout: .seconds(20), largestBody: 1000)
        _ = try client.get("http://127.0.0.1:\(server.port)/")
        #expect(try server.nextRequest().line == "GET / HTTP/1.1")
    }

    @Test("requests are counted by purpose and outcome")
    func counts() throws {
        let file = try MetricsFile(path: nil)
        let outbound = try Outbound.test(allow: "127.0.0.1", counts: try OutboundCounts(["providers"], in: file))
        let client = outbound.client(.providers, timeout: .seconds(20), largestBody: 10)
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(status: 500))
        let url = "http://127.0.0.1:\(server.port)/"
        for _ in 1...5 { _ = try client.get(url) }
        #expect(throws: HTTPClientError.circuitOpen) { try client.get(url) }
        #expect(throws: HTTPClientError.addressRefused) { try client.get("https://127.0.0.2/") }
        let counted = try #require(file.blocks().first { $0.name == [Substring(OutboundCounts.family), "providers"] })
        // Answered, failed, refused, paused.
        #expect(counted.values.prefix(4) == [5, 0, 1, 1])
    }

    @Test("of webhooks, only connections that fail open a circuit")
    func purposes() throws {
        let outbound = try Outbound.test(allow: "127.0.0.1")
        let client = outbound.client(.webhooks, timeout: .seconds(20), largestBody: 10)
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(status: 500))
        for _ in 1...9 { #expect(try client.get("http://127.0.0.1:\(server.port)/").status == 500) }
        let slow = outbound.client(.webhooks, timeout: .milliseconds(20), largestBody: 10)
        let silent = try TestHTTPServer(TestHTTPServer.Behaviour(isSilent: true))
        for _ in 1...9 {
            #expect(throws: HTTPClientError.timedOut) { try slow.get("http://127.0.0.1:\(silent.port)/") }
        }
        let port = try { try TestHTTPServer().port }()
        for _ in 1...5 { #expect(throws: HTTPClientError.self) { try client.get("http://127.0.0.1:\(port)/") } }
        #expect(throws: HTTPClientError.circuitOpen) { try client.get("http://127.0.0.1:\(port)/") }
        #expect(try client.get("http://127.0.0.1:\(server.port)/").status == 500)
    }
}
