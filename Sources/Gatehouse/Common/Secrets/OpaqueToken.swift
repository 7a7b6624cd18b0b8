import Cryptography
import Web

/// A random secret of a caller, of which the database only stores the SHA-256: 256 bits from the system's generator, in
/// base64url after a prefix for its purpose.
struct OpaqueToken: Sendable {
    /// The purpose of a token. Each module declares its own.
    struct Kind: Sendable {
        /// Three letters and an underscore, with which every token of this kind begins.
        let prefix: String
    }

    /// The token as the caller sends it.
    let text: String

    /// Makes a new token.
    init(_ kind: Kind) {
        text = kind.prefix + Base64URL.encode(RandomBytes.make(32))
    }

    /// A random name of 128 bits that is not secret.
    static func randomName() -> String {
        Base64URL.encode(RandomBytes.make(16))
    }

    /// Reads a caller's text; `nil` if it cannot be a token of this kind.
    init?(_ kind: Kind, _ text: String) {
        guard text.utf8.count == Self.length, text.beginsWithBytes(of: kind.prefix),
            text.utf8.allSatisfy(\.isVisibleASCII)
        else { return nil }
        self.text = text
    }

    /// Prefix and 43 characters of base64url.
    static let length = 47

    /// The hash in the database.
    var hash: [UInt8] { SHA256.digest(of: text.utf8).bytes }
}
