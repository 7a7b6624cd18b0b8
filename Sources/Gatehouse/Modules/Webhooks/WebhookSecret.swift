import Cryptography
import FoundationEssentials
import Web

/// The secret of a webhook: 256 random bits, of which the text is the base64 after `whsec_` (Standard Webhooks, "Secret
/// scheme").
struct WebhookSecret: Sendable {
    let bytes: [UInt8]

    /// The label of the vault that keeps secrets.
    static let vault = "webhook-secrets"

    /// Makes a new secret.
    init() {
        bytes = RandomBytes.make(32)
    }

    /// A secret that was stored.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What its owner gets.
    var text: String { "whsec_" + Data(bytes).base64EncodedString() }

    static let example = WebhookSecret(bytes: Array(repeating: 0, count: 32))
}
