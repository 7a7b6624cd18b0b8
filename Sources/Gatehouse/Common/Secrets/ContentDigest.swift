import Cryptography
import Web

/// A short name for a content: equal bytes have the same name.
enum ContentDigest {
    /// The first 128 bits of the SHA-256, in base64url.
    static func text(of bytes: [UInt8]) -> String {
        Base64URL.encode(SHA256.digest(of: bytes).bytes.prefix(16))
    }
}
