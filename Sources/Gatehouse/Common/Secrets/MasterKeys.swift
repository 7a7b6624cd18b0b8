import Cryptography
import Web

/// The operator's master keys. They encrypt nothing themselves: each use has its own key, derived with a label (HKDF
/// with SHA-256, RFC 5869). The first key encrypts and all decrypt, so a key can be replaced without a gap.
struct MasterKeys: Sendable {
    private let keys: [(id: String, secret: KeyMaterial)]

    /// Reads `id:base64,id:base64,…`; `nil` unless every key has a distinct id of 1 to 32 bytes of `[A-Za-z0-9._-]` and
    /// 32 bytes.
    init?(_ text: String) {
        var keys: [(id: String, secret: KeyMaterial)] = []
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let colon = entry.firstIndex(of: ":") else { return nil }
            let id = String(entry[..<colon])
            guard (1...32).contains(id.utf8.count), Self.isID(id), !keys.contains(where: { $0.id == id }),
                let secret = try? KeyMaterial(base64: entry[entry.index(after: colon)...])
            else { return nil }
            keys.append((id, secret))
        }
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    /// A placeholder if no key could be read; it can neither encrypt nor decrypt.
    static let none = MasterKeys()

    private init() {
        keys = []
    }

    /// The id and key that protect new data of a use.
    func newestKey<Key: SecretKey>(_: Key.Type = Key.self, for label: String) -> (id: String, key: Key)? {
        keys.first.map { ($0.id, Self.derive($0.secret, label)) }
    }

    /// The key of this id, which a caller may have made up, for a use.
    func key<Key: SecretKey>(id: String, _: Key.Type = Key.self, for label: String) -> Key? {
        keys.first { $0.id.hasSameBytes(as: id) }.map { Self.derive($0.secret, label) }
    }

    private static func derive<Key: SecretKey>(_ secret: KeyMaterial, _ label: String) -> Key {
        secret.key(salt: "gatehouse".utf8, info: label.utf8)
    }

    private static func isID(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
