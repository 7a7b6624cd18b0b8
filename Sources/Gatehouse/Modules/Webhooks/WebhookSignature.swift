import Cryptography
import FoundationEssentials
import Web

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
