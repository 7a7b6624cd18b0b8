import Crypto
import FoundationEssentials
import Web

/// A cookie by which an account recognises a browser: `key.name.mac`, the id of a master key, a random name, and an HMAC (RFC
/// 2104) of that name, the account and its password's hash. Another password makes it worthless, so a thief cannot collect them
/// for later.
struct BrowserMark: Sendable {
    let cookie: Cookie
    /// What the key is derived for: a mark of one kind is none of another.
    let label: String
    let masterKeys: MasterKeys

    /// The name of the browser that a request comes from; `nil` where this account never marked it.
    /// - Throws: `VALIDATION_ERROR` where the cookie comes twice.
    func name(in headers: HTTPFields, of user: UUID, _ passwordHash: String?) throws(APIError) -> String? {
        guard let value = try cookie.read(headers), value.utf8.count <= Self.longest else { return nil }
        // The id of a key may hold dots, the other two parts do not.
        let parts = value.split(atByte: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 3, let code = Base64URL.decode(parts[parts.count - 1]),
            let key = masterKeys.decryptionKey(id: parts.dropLast(2).joined(separator: "."), for: label)
        else { return nil }
        let name = String(parts[parts.count - 2])
        let isValid = HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: Self.message(name, user, passwordHash), using: key)
        return isValid ? name : nil
    }

    /// The field that marks a browser for an account.
    func issue(for user: UUID, _ passwordHash: String?) -> HTTPField? {
        guard let (id, key) = masterKeys.encryptionKey(for: label) else { return nil }
        let name = OpaqueToken.randomName()
        let code = HMAC<SHA256>.authenticationCode(for: Self.message(name, user, passwordHash), using: key)
        return cookie.set("\(id).\(name).\(Base64URL.encode(code))")
    }

    private static func message(_ name: String, _ user: UUID, _ passwordHash: String?) -> Data {
        Data("\(name).\(user.uuidString.lowercased()).\(passwordHash ?? "")".utf8)
    }

    /// More than a key's id (32 bytes), a name (22) and an HMAC (43) with two dots between them.
    private static let longest = 128
}
