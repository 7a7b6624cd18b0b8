import Cryptography
import FoundationEssentials
import Web

/// The secret of an API key: `ghk_`, 43 random characters of base62 (256 bits) and a checksum of six. So scanners for
/// leaked secrets can recognise one without a query.
struct APIKeySecret: Sendable {
    /// The secret as the caller sends it.
    let text: String

    private static let prefix = "ghk_"
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let randomLength = 43
    private static let checksumLength = 6

    /// Makes a new secret.
    init() {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<Self.randomLength).map { _ in
            Self.alphabet[Int.random(in: Self.alphabet.indices, using: &generator)]
        }
        let secret = Self.prefix + String(decoding: random, as: UTF8.self)
        text = secret + Self.checksum(of: secret.utf8)
    }

    /// Reads a caller's text; `nil` if it cannot be the secret of a key.
    init?(_ text: String) {
        let length = Self.prefix.utf8.count + Self.randomLength + Self.checksumLength
        guard text.utf8.count == length, Self.isOne(text.utf8) else { return nil }
        let checksum = Self.checksum(of: text.utf8.dropLast(Self.checksumLength))
        guard text.utf8.suffix(Self.checksumLength).elementsEqual(checksum.utf8) else { return nil }
        self.text = text
    }

    /// Whether a bearer token has the form of an API key.
    static func isOne(_ token: some Sequence<UInt8>) -> Bool { token.starts(with: prefix.utf8) }

    /// The hash in the database.
    var hash: [UInt8] { SHA256.digest(of: text.utf8).bytes }

    /// The end of the secret, by which people distinguish keys.
    var hint: String { String(text.suffix(4)) }

    /// The CRC-32 (ISO/IEC 13239) of the text in base62, the highest digit first.
    private static func checksum(of text: some Sequence<UInt8>) -> String {
        var crc: UInt32 = .max
        for byte in text {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        var rest = Int(~crc)
        var digits: [UInt8] = []
        for _ in 0..<checksumLength {
            digits.append(alphabet[rest % alphabet.count])
            rest /= alphabet.count
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}
