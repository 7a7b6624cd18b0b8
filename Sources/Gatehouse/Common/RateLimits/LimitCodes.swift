import Cryptography

/// Computes the codes by which limits are stored. They are HMACs, so the database and Redis reveal neither callers nor
/// addresses.
struct LimitCodes: Sendable {
    private let key: HMACKey<SHA256>

    init(_ masterKeys: MasterKeys) {
        key = masterKeys.newestKey(for: "rate-limits").key
    }

    /// The code of a subject.
    func code(_ subject: String) -> [UInt8] {
        key.code(for: subject.utf8).bytes
    }
}
