import Testing
import Web

@testable import Gatehouse

@Suite struct HTTPClientTests {
    /// Long time-outs, for tests that do not wait for them.
    private static func client(
        allow: String? = "127.0.0.1", caFile: String? = nil, largestBody: Int = 1000
    ) throws -> HTTPClient {
        try Outbound.test(allow: allow, caFile: caFile)
            .client(.test, connectTimeout: .seconds(20), timeout: .seconds(20), largestBody: largestBody)
    }

    @Test("a GET sends its path and headers, and returns status and body")
    func get() throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(status: 404, body: "a\u{0}ü\r\n"))
        let answer = try Self.client().get(
            "http://127.0.0.1:\(server.port)/a%20b?c=d", headers: ["Accept": "text/plain", "Accept-Language": "de"])
        #expect(answer.status == 404)
        #expect(answer.body == Array("a\u{0}ü\r\n".utf8))
        let request = try server.nextRequest()
        #expect(request.line == "GET /a%20b?c=d HTTP/1.1")
        #expect(
            request.headers == [
                "host": "127.0.0.1:\(server.port)", "user-agent": "gatehouse", "accept": "text/plain",
                "accept-language": "de",
            ])
    }

    @Test(
        "a body may be as large as the client takes, and no larger",
        arguments: [0, 1, 999, 1000, 1001, 1002, 1_000_000])
    func bodySize(count: Int) throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(body: "x", copies: count))
        let url = "http://127.0.0.1:\(server.port)/"
        if count <= 1000 {
            #expect(try Self.client().get(url).body == Array(repeating: UInt8(ascii: "x"), count: count))
        } else {
            #expect(throws: HTTPClientError.tooLarge) { try Self.client().get(url) }
        }
    }

    @Test("the rest of a longer body stays unread if the client cuts it off", arguments: [999, 1000, 1001, 1_000_000])
    func cutBody(count: Int) throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(status: 410, body: "x", copies: count))
        let client = try Outbound.test(allow: "127.0.0.1")
            .client(
                .test, connectTimeout: .seconds(20), timeout: .seconds(20), largestBody: 1000, cutsBody: true)
        let answer = try client.get("http://127.0.0.1:\(server.port)/")
        #expect(answer.status == 410)
        #expect(answer.body == Array(repeating: UInt8(ascii: "x"), count: min(count, 1000)))
    }

    @Test("a redirect is returned and not followed")
    func redirect() throws {
        let other = try TestHTTPServer()
        let server = try TestHTTPServer(
            TestHTTPServer.Behaviour(status: 302, headers: ["Location": "http://127.0.0.1:\(other.port)/followed"]))
        let answer = try Self.client().get("http://127.0.0.1:\(server.port)/")
        #expect(answer.status == 302)
        // The first request that the other server sees is this one.
        _ = try Self.client().get("http://127.0.0.1:\(other.port)/asked")
        #expect(try other.nextRequest().line == "GET /asked HTTP/1.1")
    }

    @Test("a server that does not answer in time is given up")
    func silent() throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(isSilent: true))
        let client = try Outbound.test(allow: "127.0.0.1")
            .client(.test, connectTimeout: .seconds(20), timeout: .milliseconds(50), largestBody: 1000)
        #expect(throws: HTTPClientError.timedOut) { try client.get("http://127.0.0.1:\(server.port)/") }
        #expect(try server.nextRequest().line == "GET / HTTP/1.1")
    }

    @Test("a POST sends its body, and is not repeated")
    func post() throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(status: 503, headers: ["Retry-After": "7"], body: "x"))
        let client = try Outbound.test(allow: "127.0.0.1")
            .client(.webhooks, timeout: .seconds(20), largestBody: 1000, retries: 3)
        let answer = try client.post(
            "http://127.0.0.1:\(server.port)/hook", headers: ["Content-Type": "application/json"],
            body: Array("{}".utf8))
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "7")
        let request = try server.nextRequest()
        #expect(request.line == "POST /hook HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["content-length"] == "2")
        #expect(request.body == "{}")
        _ = try client.post("http://127.0.0.1:\(server.port)/next", body: [])
        #expect(try server.nextRequest().line == "POST /next HTTP/1.1")
    }

    @Test("a GET is repeated while the server is temporarily out of service")
    func retries() throws {
        let server = try TestHTTPServer(TestHTTPServer.Behaviour(status: 503))
        let client = try Outbound.test(allow: "127.0.0.1")
            .client(.test, timeout: .seconds(20), largestBody: 1000, retries: 2)
        #expect(try client.get("http://127.0.0.1:\(server.port)/").status == 503)
        for _ in 1...3 { #expect(try server.nextRequest().line == "GET / HTTP/1.1") }
    }

    @Test("nobody listening is an error")
    func refused() throws {
        let port = try { try TestHTTPServer().port }()
        let error = #expect(throws: HTTPClientError.self) { try Self.client().get("http://127.0.0.1:\(port)/") }
        guard case .failed(curlCode: 7, _) = error else {
            Issue.record("\(String(describing: error)) instead of CURLE_COULDNT_CONNECT")
            return
        }
    }

    @Test(
        "only absolute URLs of https and http, without user and password, are asked",
        arguments: [
            "", "127.0.0.1", "ftp://127.0.0.1/", "file:///etc/hostname", "HTTPS", "//127.0.0.1/", "http://",
            "http://a:b@127.0.0.1/", "http://a@127.0.0.1/", "http://127.0.0.1:99999/", "http://127.0.0.1/\u{0}",
            "http://127.0.0.1/" + String(repeating: "x", count: 9000),
        ])
    func urls(url: String) throws {
        #expect(throws: HTTPClientError.invalidURL) { try Self.client().get(url) }
    }

    @Test("https needs a certificate that is trusted and names the server")
    func certificates() throws {
        let test = try TestCertificate(for: "IP:127.0.0.1")
        let server = try TestHTTPServer(
            TestHTTPServer.Behaviour(body: "x", certificate: test.certificate, key: test.key))
        let trusting = try Self.client(allow: "127.0.0.1,::1", caFile: test.certificate)
        #expect(try trusting.get("https://127.0.0.1:\(server.port)/").body == [UInt8(ascii: "x")])
        for (client, url) in [
            (try Self.client(), "https://127.0.0.1:\(server.port)/"), (trusting, "https://localhost:\(server.port)/"),
        ] {
            let error = #expect(throws: HTTPClientError.self) { try client.get(url) }
            guard case .failed(curlCode: 60, _) = error else {
                Issue.record("\(String(describing: error)) instead of CURLE_PEER_FAILED_VERIFICATION")
                continue
            }
        }
    }
}
