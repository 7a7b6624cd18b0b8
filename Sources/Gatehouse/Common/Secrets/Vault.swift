import Cryptography

/// Keeps secrets that must be readable again: AES-256-GCM (NIST SP 800-38D) under a key derived for one use.
///
/// A sealed secret is the key id's length (1 byte), the key id, the nonce (12), the ciphertext and the tag (16). Its
/// row is associated data, so a secret that was moved to another row does not open.
struct Vault: Sendable {
    /// Why a secret does not open.
    enum Failure: Error, CustomStringConvertible {
        /// The key it names is not among the master keys.
        case unknownKey(id: String)
        /// It was altered, belongs to another row, or is not a sealed secret.
        case notAuthentic

        var description: String {
            switch self {
            case .unknownKey(let id):
                "it was encrypted under the master key \"\(id)\", which GATEHOUSE_MASTER_KEY lacks"
            case .notAuthentic: "it does not decrypt under the master key that it names"
            }
        }
    }

    private let keys: MasterKeys
    private let label: String

    /// Opens the vault of one use.
    init(_ keys: MasterKeys, label: String) {
        self.keys = keys
        self.label = label
    }

    /// Encrypts a secret for a row.
    func seal(_ secret: some Sequence<UInt8>, for row: String) throws -> [UInt8] {
        let (id, key) = keys.newestKey(EncryptionKey.self, for: label)
        return try [UInt8(id.utf8.count)] + Array(id.utf8) + key.seal(secret, for: row.utf8)
    }

    /// Decrypts a secret of a row.
    func open(_ sealed: [UInt8], for row: String) throws -> [UInt8] {
        guard let length = sealed.first, sealed.count > Int(length) else { throw Failure.notAuthentic }
        let boxStart = 1 + Int(length)
        let id = String(decoding: sealed[1..<boxStart], as: UTF8.self)
        guard let key = keys.key(id: id, EncryptionKey.self, for: label) else { throw Failure.unknownKey(id: id) }
        guard let secret = try? key.open(sealed[boxStart...], for: row.utf8) else { throw Failure.notAuthentic }
        return secret
    }
}
