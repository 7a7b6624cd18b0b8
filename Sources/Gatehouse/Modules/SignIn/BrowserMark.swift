import Cryptography
import FoundationEssentials
import Web

/// A cookie by which an account recognises a browser: `key.name.mac`, the id of a master key, a random name, and an
/// HMAC (RFC 2104) of that name, the account and its password's hash. A change of the password invalidates it, so a
/// thief cannot collect such cookies for later.
struct BrowserMark: Sendable {
    let cookie: Cookie
    /// The label of the derived key: marks of one kind are not valid as another.
    let label: String
    let masterKeys: MasterKeys

    /// The name of the request's browser; `nil` if this account never marked it.
    /// - Throws: `VALIDATION_ERROR` if the cookie occurs twice.
    func name(in headers: HTTPFields, of user: UUID, _ passwordHash: String?) throws(APIError) -> String? {
        guard let value = try cookie.read(headers), value.utf8.count <= Self.longest else { return nil }
        // The id of a key may contain dots; the other two parts do not.
        let parts = value.split(atByte: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 3, let code = Base64URL.decode(parts[parts.count - 1]),
            let key = masterKeys.key(id: parts.dropLast(2).joined(separator: "."), HMACKey<SHA256>.self, for: label)
        else { return nil }
        let name = String(parts[parts.count - 2])
        return key.isValid(code, for: Self.message(name, user, passwordHash)) ? name : nil
    }

    /// The field that marks a browser for an account.
    func issue(for user: UUID, _ passwordHash: String?) -> HTTPField {
        let (id, key) = masterKeys.newestKey(HMACKey<SHA256>.self, for: label)
        let name = OpaqueToken.randomName()
        let code = key.code(for: Self.message(name, user, passwordHash))
        return cookie.set("\(id).\(name).\(Base64URL.encode(code.bytes))")
    }

    private static func message(_ name: String, _ user: UUID, _ passwordHash: String?) -> String.UTF8View {
        "\(name).\(user.text).\(passwordHash ?? "")".utf8
    }

    /// More than a key's id (32 bytes), a name (22) and an HMAC (43) with two dots between them.
    private static let longest = 128
}
