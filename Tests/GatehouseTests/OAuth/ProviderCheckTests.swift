import Testing

@testable import Gatehouse

@Suite struct ProviderCheckTests {
    private func examine(_ behaviour: TestHTTPServer.Behaviour) throws -> Finding {
        let server = try TestHTTPServer(behaviour)
        let provider = Provider.test(issuer: "http://127.0.0.1:\(server.port)")
        return ProviderCheck.examine(provider, try .test(allow: "127.0.0.1"))
    }

    @Test func `a provider that is out of order is told from one that is not who the settings say`() throws {
        let failing = try examine(TestHTTPServer.Behaviour(status: 503))
        #expect(failing.status == .fault && failing.finding.hasSuffix(": it answers 503"))
        let other = try examine(TestHTTPServer.Behaviour(body: #"{"issuer": "https://op.example.com"}"#))
        #expect(other.status == .fault && other.finding.hasSuffix("are not acceptable (issuer)"))
        #expect(other.check == "provider acme")
    }

    @Test func `a provider that cannot be reached is a fault with the reason`() throws {
        let finding = ProviderCheck.examine(.test(issuer: "https://127.0.0.2"), try .test())
        #expect(finding.finding == "https://127.0.0.2: \(HTTPClientError.addressRefused)")
    }
}
