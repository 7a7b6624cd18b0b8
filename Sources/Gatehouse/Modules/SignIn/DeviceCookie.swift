import FoundationEssentials
import Web

/// Recognises devices that have signed in to an account before, by a cookie that a sign-in leaves. It signs nobody in.
/// A device that brings it has failed attempts of its own, so that strangers who guess passwords do not lock the owner
/// out, and needs no password behind a link that confirms a new address of the account.
struct DeviceCookie: Sendable {
    static let cookie = Cookie(name: "__Host-gatehouse_device", lifetime: 365 * 86_400)

    private let mark: BrowserMark

    init(masterKeys: MasterKeys) {
        mark = BrowserMark(cookie: Self.cookie, label: "device-cookie", masterKeys: masterKeys)
    }

    /// The name of the device that a request comes from; `nil` where it never signed in to this account.
    /// - Throws: `VALIDATION_ERROR` where the cookie comes twice.
    func device(in headers: HTTPFields, of user: UUID, _ passwordHash: String?) throws(APIError) -> String? {
        try mark.name(in: headers, of: user, passwordHash)
    }

    /// The field that makes a device known to an account.
    func issue(for user: UUID, _ passwordHash: String?) -> HTTPField? {
        mark.issue(for: user, passwordHash)
    }
}
