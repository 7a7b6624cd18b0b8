import FoundationEssentials
import Web

/// Recognises devices that have signed in to an account before, by a cookie that a sign-in sets. The cookie does not
/// sign anybody in. A device with the cookie has its own failed attempts, so strangers who guess passwords do not lock
/// the owner out; and it needs no password to confirm a new address of the account with a link.
struct DeviceCookie: Sendable {
    static let cookie = Cookie(name: "__Host-gatehouse_device", lifetime: 365 * 86_400)

    private let mark: BrowserMark

    init(masterKeys: MasterKeys) {
        mark = BrowserMark(cookie: Self.cookie, label: "device-cookie", masterKeys: masterKeys)
    }

    /// The name of the request's device; `nil` if it never signed in to this account.
    /// - Throws: `VALIDATION_ERROR` if the cookie occurs twice.
    func device(in headers: HTTPFields, of user: UUID, _ passwordHash: String?) throws(APIError) -> String? {
        try mark.name(in: headers, of: user, passwordHash)
    }

    /// The header field that marks a device for an account.
    func issue(for user: UUID, _ passwordHash: String?) -> HTTPField {
        mark.issue(for: user, passwordHash)
    }
}
