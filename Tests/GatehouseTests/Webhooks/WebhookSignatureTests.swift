import Foundation
import Testing

@testable import Gatehouse

@Suite struct WebhookSignatureTests {
    /// The vector of the libraries of Standard Webhooks.
    @Test func `the published vector of Standard Webhooks is signed`() throws {
        let key = try #require(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let field = try WebhookSignature.field(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8), secrets: [WebhookSecret(bytes: Array(key))])
        #expect(field == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `each secret signs`() throws {
        let secrets = [WebhookSecret(), WebhookSecret()]
        let field = try WebhookSignature.field(id: "a", timestamp: 1, body: [], secrets: secrets)
        let alone = try secrets.map { try WebhookSignature.field(id: "a", timestamp: 1, body: [], secrets: [$0]) }
        #expect(field == alone.joined(separator: " "))
        #expect(alone[0] != alone[1])
    }

    @Test func `a new secret has 256 bits of its own`() throws {
        let (first, second) = (WebhookSecret().text, WebhookSecret().text)
        #expect(first != second)
        #expect(first.hasPrefix("whsec_"))
        #expect(Data(base64Encoded: String(first.dropFirst(6)))?.count == 32)
    }
}
