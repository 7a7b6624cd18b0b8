import Crypto
import FoundationEssentials
import Web

/// A random secret that a caller holds and the database knows only by its SHA-256: 256 bits from the system's generator,
/// in base64url behind a prefix that tells what it is for.
struct OpaqueToken: Sendable {
    /// What a token is for.
    enum Kind: String, Sendable {
        case refresh = "ghr_"
        case verifyEmail = "ghv_"
        case resetPassword = "ghp_"
        case changeEmail = "ghe_"
        case invitation = "ghi_"
    }

    /// The token as the caller sends it.
    let text: String

    /// Makes a new token.
    init(_ kind: Kind) {
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        text = kind.rawValue + Base64URL.encode(secret)
    }

    /// A random name of 128 bits that is no secret.
    static func randomName() -> String {
        Base64URL.encode(SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) })
    }

    /// Reads what a caller sent; `nil` where it cannot be a token of this kind.
    init?(_ kind: Kind, _ text: String) {
        guard text.utf8.count == Self.length, text.beginsWithBytes(of: kind.rawValue),
            text.utf8.allSatisfy(\.isVisibleASCII)
        else { return nil }
        self.text = text
    }

    /// Prefix and 43 characters of base64url.
    static let length = 47

    /// What the database stores.
    var hash: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648, section 5).
enum Base64URL {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = Data(bytes).base64EncodedString()
        while text.last == "=" { text.removeLast() }
        return String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    /// The bytes; `nil` for what is not base64url without padding, or has bits set that stand for nothing (RFC 4648,
    /// section 3.5): each content has one form.
    static func decode(_ text: some StringProtocol) -> Data? {
        var standard = Data(
            text.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "-"): UInt8(ascii: "+")
                case UInt8(ascii: "_"): UInt8(ascii: "/")
                default: byte
                }
            })
        standard.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (4 - standard.count % 4) % 4))
        guard let bytes = Data(base64Encoded: standard), encode(bytes).hasSameBytes(as: text) else { return nil }
        return bytes
    }
}
