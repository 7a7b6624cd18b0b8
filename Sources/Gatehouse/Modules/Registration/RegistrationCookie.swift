import FoundationEssentials
import Web

/// Recognises the browser that registered an account, by a cookie that registering leaves. Who opens the verification
/// link there is who chose the password, and need not show it. It signs nobody in.
struct RegistrationCookie: Sendable {
    static let cookie = Cookie(name: "__Host-gatehouse_registration", lifetime: 24 * 3600)

    private let mark: BrowserMark

    init(masterKeys: MasterKeys) {
        mark = BrowserMark(cookie: Self.cookie, label: "registration-cookie", masterKeys: masterKeys)
    }

    /// Whether a request comes from the browser that registered an account with this password.
    /// - Throws: `VALIDATION_ERROR` where the cookie comes twice.
    func isHeld(in headers: HTTPFields, for user: UUID, _ passwordHash: String) throws(APIError) -> Bool {
        try mark.name(in: headers, of: user, passwordHash) != nil
    }

    /// The field that makes a browser known to an account.
    func issue(for user: UUID, _ passwordHash: String) -> HTTPField? {
        mark.issue(for: user, passwordHash)
    }
}
