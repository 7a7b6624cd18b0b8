import Cryptography
import Foundation

/// Whether the holder of the secret signed this message less than five minutes ago.
func isSigned(
    _ body: [UInt8], id: String, timestamp: String, signature: String, by secret: String, at now: Date = Date()
) -> Bool {
    guard let bytes = Data(base64Encoded: String(secret.dropFirst("whsec_".count))),
        let key = try? HMACKey<SHA256>(bytes: Array(bytes)),
        let time = Double(timestamp), abs(now.timeIntervalSince1970 - time) < 300
    else { return false }
    let signed = Array("\(id).\(timestamp).".utf8) + body
    let codes = signature.split(separator: " ").map { Data(base64Encoded: String($0.dropFirst("v1,".count))) }
    return codes.contains { $0.map { key.isValid(Array($0), for: signed) } ?? false }
}
