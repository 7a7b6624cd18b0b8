import Foundation
import Testing

@testable import Gatehouse

/// The receiver that docs/integrations.md shows for Swift.
@Suite struct WebhookReceiverTests {
    private let secret = WebhookSecret()
    private let body = Array(#"{"type":"user.created"}"#.utf8)
    private let now = Date(timeIntervalSince1970: 1_795_402_800)

    private func isAccepted(
        _ body: [UInt8], at time: Date? = nil, by secrets: [WebhookSecret], as known: String? = nil
    ) throws -> Bool {
        let signature = try WebhookSignature.field(id: "a", timestamp: 1_795_402_800, body: self.body, secrets: secrets)
        return isSigned(
            body, id: "a", timestamp: "1795402800", signature: signature, by: known ?? secret.text, at: time ?? now)
    }

    @Test func `it accepts messages that the secret signed a moment ago, and no others`() throws {
        #expect(try isAccepted(body, by: [secret]))
        #expect(try isAccepted(body, by: [WebhookSecret(), secret]))
        #expect(try !isAccepted(body, by: [WebhookSecret()]))
        #expect(try !isAccepted(Array("{}".utf8), by: [secret]))
        #expect(try !isAccepted(body, at: now.addingTimeInterval(301), by: [secret]))
        #expect(try !isAccepted(body, by: [secret], as: "whsec_?"))
    }

    @Test func `the document shows it word for word`() throws {
        let code = try RepositoryFile.text("Tests/GatehouseTests/Webhooks/WebhookReceiver.swift")
        let shown = try #require(code.split(separator: "\n\n", maxSplits: 1).last)
        #expect(try RepositoryFile.text("docs/integrations.md").contains("\n" + shown + "```"))
    }
}
