import Cryptography
import FoundationEssentials
import JOSE
import Web

/// The key with which this service proves to Apple who it is ("Creating a client secret", Sign in with Apple). Each
/// request gets a token of its own, so none expires.
struct AppleKey: Sendable {
    private let key: PrivateJWK
    private let teamID: String
    private let clientID: String

    /// Seconds for which a token is valid: long enough for clocks that differ, far below Apple's six months.
    private static let lifetime = 300

    /// Reads the content of the file that Apple offers for download.
    /// - Parameter text: Base64 of a PKCS #8 key (RFC 5958) on P-256, without the lines that begin with `-----`.
    init?(pkcs8 text: String, keyID: String, teamID: String, clientID: String) {
        guard let der = Data(base64Encoded: text), let number = Self.number(in: Array(der)),
            let key = try? ECDSA<P256>.PrivateKey(bytes: number)
        else { return nil }
        self.key = PrivateJWK(keyID: keyID, key)
        self.teamID = teamID
        self.clientID = clientID
    }

    /// A client secret.
    func clientSecret(now: Date) throws -> String {
        let seconds = Int(now.timeIntervalSince1970)
        let claims: JSON = [
            "iss": .string(teamID), "iat": .integer(seconds), "exp": .integer(seconds + Self.lifetime),
            "aud": "https://appleid.apple.com", "sub": .string(clientID),
        ]
        return try JWS.sign(claims.text(), with: key, type: nil)
    }

    /// The private number of a key: `OneAsymmetricKey` of the algorithm `id-ecPublicKey` on P-256, with an
    /// `ECPrivateKey` (RFC 5915) inside.
    private static func number(in der: [UInt8]) -> ArraySlice<UInt8>? {
        var outer = DER(der[...])
        guard var key = outer.open(0x30), outer.isAtEnd, key.open(0x02)?.bytes == [0], key.open(0x30)?.bytes == p256,
            var inner = key.open(0x04), var content = inner.open(0x30), content.open(0x02)?.bytes == [1],
            let number = content.open(0x04), inner.isAtEnd
        else { return nil }
        return number.bytes
    }

    /// The object identifiers of `id-ecPublicKey` and P-256 (RFC 5480, sections 2.1.1 and 2.1.1.1).
    private static let p256: ArraySlice<UInt8> = [
        0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
        0x07,
    ]

    /// The elements of a DER encoding (ITU-T X.690), one after the other.
    private struct DER {
        private(set) var bytes: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { bytes.isEmpty }

        /// The content of the next element, if it has this tag; lengths of up to 255 bytes are enough here.
        mutating func open(_ tag: UInt8) -> DER? {
            guard bytes.popFirst() == tag, let first = bytes.popFirst() else { return nil }
            guard let length = first < 0x80 ? first : first == 0x81 ? bytes.popFirst() : nil,
                bytes.count >= Int(length)
            else { return nil }
            defer { bytes = bytes.dropFirst(Int(length)) }
            return DER(bytes.prefix(Int(length)))
        }
    }
}
