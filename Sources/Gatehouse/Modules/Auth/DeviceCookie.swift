import Crypto
import FoundationEssentials
import HTTPTypes

/// Recognises devices that have signed in to an account before, by a cookie that a sign-in leaves: `key.device.mac`, the id of a
/// master key, a random name, and an HMAC (RFC 2104) of that name, the account and its password's hash. It signs nobody in; a
/// device that brings it has failed attempts of its own, so that strangers who guess passwords do not lock the owner out. Another
/// password makes it worthless, so a thief cannot collect them for later.
struct DeviceCookie: Sendable {
    static let cookie = Cookie(name: "__Host-gatehouse_device", lifetime: 365 * 86_400)

    let masterKeys: MasterKeys

    private static let label = "device-cookie"

    /// The name of the device that a request comes from; `nil` where it never signed in to this account.
    func device(in headers: HTTPFields, of user: UUID, _ passwordHash: String?) -> String? {
        guard let value = Self.cookie.read(headers), value.utf8.count <= Self.longest else { return nil }
        // The id of a key may hold dots, the other two parts do not.
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let code = Base64URL.decode(parts[parts.count - 1]),
            let key = masterKeys.decryptionKey(id: parts.dropLast(2).joined(separator: "."), for: Self.label)
        else { return nil }
        let device = String(parts[parts.count - 2])
        let isValid = HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: Self.message(device, user, passwordHash), using: key)
        return isValid ? device : nil
    }

    /// The field that makes a device known to an account.
    func issue(for user: UUID, _ passwordHash: String?) -> HTTPField? {
        guard let (id, key) = masterKeys.encryptionKey(for: Self.label) else { return nil }
        let device = OpaqueToken.randomName()
        let code = HMAC<SHA256>.authenticationCode(for: Self.message(device, user, passwordHash), using: key)
        return Self.cookie.set("\(id).\(device).\(Base64URL.encode(code))")
    }

    private static func message(_ device: String, _ user: UUID, _ passwordHash: String?) -> Data {
        Data("\(device).\(user.uuidString.lowercased()).\(passwordHash ?? "")".utf8)
    }

    /// More than a key's id (32 bytes), a name (22) and an HMAC (43) with two dots between them.
    private static let longest = 128
}
