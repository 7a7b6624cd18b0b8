import Cryptography
import Foundation

/// Verifies messages of Standard Webhooks.
struct WebhookReceiver {
    let key: HMACKey<SHA256>

    init?(secret: String) {
        guard let bytes = Data(base64Encoded: String(secret.dropFirst("whsec_".count))) else { return nil }
        guard let key = try? HMACKey<SHA256>(bytes: Array(bytes)) else { return nil }
        self.key = key
    }

    func accepts(id: String, timestamp: String, signature: String, body: [UInt8], at now: Date = Date()) -> Bool {
        guard let time = Double(timestamp), abs(now.timeIntervalSince1970 - time) < 300 else { return false }
        return signature.split(separator: " ").contains { one in
            guard one.hasPrefix("v1,"), let code = Data(base64Encoded: String(one.dropFirst(3))) else { return false }
            return key.isValid(Array(code), for: Array("\(id).\(timestamp).".utf8) + body)
        }
    }
}
