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

/// The signature of one attempt (Standard Webhooks, "Signature scheme"): HMAC-SHA256 over id, timestamp and body.
enum WebhookSignature {
    /// The value of `webhook-signature`: `v1,` and the base64, for each secret, with a space between them.
    /// - Parameter timestamp: the time of the attempt, in seconds since 1970.
    static func field(
        id: String, timestamp: Int, body: [UInt8], secrets: [WebhookSecret]
    ) throws -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return try secrets.map { secret in
            let key = try HMACKey<SHA256>(bytes: secret.bytes)
            return "v1," + Data(key.code(for: signed).bytes).base64EncodedString()
        }.joined(separator: " ")
    }
}
