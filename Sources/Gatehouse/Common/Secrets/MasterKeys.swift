import Cryptography
import Web

/// The operator's master keys. They encrypt nothing themselves: each use has its own key, derived with a label (HKDF
/// with SHA-256, RFC 5869). The first key encrypts and all decrypt, so a key can be replaced without a gap.
struct MasterKeys: Sendable {
    private typealias Entry = (id: String, secret: KeyMaterial)

    private let newest: Entry
    private let older: [Entry]

    /// Reads `id:base64,id:base64,…`; `nil` unless every key has a distinct id of 1 to 32 bytes of `[A-Za-z0-9._-]` and
    /// 32 bytes.
    init?(_ text: String) {
        var keys: [Entry] = []
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let colon = entry.firstIndex(of: ":") else { return nil }
            let id = String(entry[..<colon])
            guard (1...32).contains(id.utf8.count), Self.isID(id), !keys.contains(where: { $0.id == id }),
                let secret = try? KeyMaterial(base64: entry[entry.index(after: colon)...])
            else { return nil }
            keys.append((id, secret))
        }
        guard let newest = keys.first else { return nil }
        self.init(newest: newest, older: Array(keys.dropFirst()))
    }

    private init(newest: Entry, older: [Entry]) {
        self.newest = newest
        self.older = older
    }

    /// A random key that nobody else has, so data that it encrypts is lost with it. It serves where there is nothing to
    /// encrypt: for services that only list routes, and in place of a faulty setting, which is then refused.
    /// The names of settings are known before libcrypto has been examined, so this does not need it.
    static func throwaway() -> MasterKeys {
        var generator = SystemRandomNumberGenerator()
        return MasterKeys(newest: ("throwaway", KeyMaterial(from: &generator)), older: [])
    }

    /// The id and key that protect new data of a use.
    func newestKey<Key: SecretKey>(_: Key.Type = Key.self, for label: String) -> (id: String, key: Key) {
        (newest.id, Self.derive(newest.secret, label))
    }

    /// The key of this id, which a caller may have made up, for a use.
    func key<Key: SecretKey>(id: String, _: Key.Type = Key.self, for label: String) -> Key? {
        let entry = newest.id.hasSameBytes(as: id) ? newest : older.first { $0.id.hasSameBytes(as: id) }
        return entry.map { Self.derive($0.secret, label) }
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

extension SettingKind where Value == MasterKeys {
    static let masterKeys = SettingKind(
        expectation: "one or more keys as id:base64 with 32 bytes each, separated by commas", standIn: .throwaway(),
        parse: MasterKeys.init)
}
