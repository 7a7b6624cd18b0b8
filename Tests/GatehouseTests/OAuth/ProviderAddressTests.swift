import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// Providers whose host name leads to this machine when it is used, as after DNS rebinding: what was known of the
/// provider before was acceptable.
@Suite struct ProviderAddressTests {
    private static let issuer = "https://op.example.com"
    private static let verifier = String(repeating: "v", count: 43)

    /// The server on this machine that must not be asked. Its certificate is trusted, so only its address is at fault.
    private let inside: TestHTTPServer
    private let certificate: TestCertificate
    private let database: TestApplication

    init() throws {
        certificate = try TestCertificate(for: "DNS:localhost")
        inside = try TestHTTPServer(
            TestHTTPServer.Behaviour(body: "{}", certificate: certificate.certificate, key: certificate.key))
        database = try TestApplication()
    }

    private func app(issuer: String = issuer, allow: String? = nil) throws -> TestApplication {
        var settings: [String: String] = .withProvider
        settings["GATEHOUSE_PROVIDER_ACME_ISSUER"] = issuer
        settings["GATEHOUSE_OUTBOUND_CA_FILE"] = certificate.certificate
        settings["GATEHOUSE_OUTBOUND_ALLOW"] = allow
        return try TestApplication(settings, besides: database)
    }

    /// The place in the server on this machine, by a name.
    private func inside(_ path: String) -> String { "https://localhost:\(inside.port)\(path)" }

    /// Keeps the discovery document of the provider, as an earlier visit did.
    private func keepDiscovery(tokenEndpoint: String, keys: String) throws {
        let document: JSON = [
            "issuer": .string(Self.issuer), "authorization_endpoint": .string("\(Self.issuer)/authorize"),
            "token_endpoint": .string(tokenEndpoint), "jwks_uri": .string(keys),
        ]
        try ProviderDocumentRepository.store(
            String(decoding: document.text(), as: UTF8.self), .discovery, of: "acme",
            at: "\(Self.issuer)/.well-known/openid-configuration", in: database.database.connection())
    }

    private func authorize(_ app: TestApplication) -> Response {
        app.send(
            .get,
            """
            /api/v1/auth/oauth/acme/authorize?redirectTo=https%3A%2F%2Fid.example.com%2Fsign-in\
            &codeChallenge=\(OAuthCode.challenge(of: Self.verifier))
            """)
    }

    /// Goes to the provider and comes back with a code.
    private func visit(_ app: TestApplication) throws -> Response {
        let gone = authorize(app)
        let place = try #require(gone.headers[.location])
        #expect(place.hasPrefix("\(Self.issuer)/authorize?"))
        let state = try #require(place.firstMatch(of: /[?&]state=([^&]+)/)?.output.1)
        return app.send(
            .get, "/api/v1/auth/oauth/acme/callback?state=\(state)&code=c", headers: [.cookie: gone.cookies])
    }

    /// The visit was refused and audited, nothing was changed, and the server has seen no request but the test's own.
    private func expectRefused(_ answer: Response) throws {
        #expect(answer.headers[.location] == "https://id.example.com/sign-in?error=PROVIDER_UNAVAILABLE")
        let errors: [String] = try database.database.connection().all(
            """
            SELECT JSON_VALUE(details, '$.error') FROM audit_events
            WHERE action = \(AuditAction.oauthRefused.rawValue)
            """)
        #expect(errors == ["PROVIDER_UNAVAILABLE"])
        for table: SQL in ["users", "identities", "oauth_codes", "sessions", "jobs"] {
            #expect(try database.value("SELECT COUNT(*) FROM \(table)") == 0, "\(table)")
        }
        let client = try Outbound.test(allow: "127.0.0.1,::1", caFile: certificate.certificate)
            .client(.test, timeout: .seconds(20), largestBody: 1000)
        _ = try client.get(inside("/own"))
        #expect(try inside.nextRequest().line == "GET /own HTTP/1.1")
    }

    @Test func `a discovery document is not fetched from this machine`() throws {
        try expectRefused(authorize(app(issuer: inside(""))))
    }

    @Test func `the same name is asked if its addresses are opened`() throws {
        let answer = authorize(try app(issuer: inside(""), allow: "127.0.0.1,::1"))
        #expect(answer.headers[.location] == "https://id.example.com/sign-in?error=PROVIDER_REFUSED")
        #expect(try inside.nextRequest().line == "GET /.well-known/openid-configuration HTTP/1.1")
    }

    @Test func `a code is not sent to this machine`() throws {
        try keepDiscovery(tokenEndpoint: inside("/token"), keys: "\(Self.issuer)/keys")
        try expectRefused(visit(app()))
    }

    @Test func `keys are not fetched from this machine`() throws {
        let outside = try TestHTTPServer(
            TestHTTPServer.Behaviour(body: #"{"id_token": "e30.e30.e30", "access_token": "a"}"#, host: "127.0.0.2"))
        try keepDiscovery(tokenEndpoint: "http://127.0.0.2:\(outside.port)/token", keys: inside("/keys"))
        try expectRefused(visit(app(allow: "127.0.0.2")))
        #expect(try outside.nextRequest().line == "POST /token HTTP/1.1")
    }
}
