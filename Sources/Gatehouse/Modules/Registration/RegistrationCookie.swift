import FoundationEssentials
import Web

/// Recognises the browser that registered an account, by a cookie that the registration sets. A person who opens the
/// verification link there has chosen the password, and need not enter it again. The cookie does not sign anybody in.
struct RegistrationCookie: Sendable {
    static let cookie = Cookie(name: "__Host-gatehouse_registration", lifetime: 24 * 3600)

    private let mark: BrowserMark

    init(masterKeys: MasterKeys) {
        mark = BrowserMark(cookie: Self.cookie, label: "registration-cookie", masterKeys: masterKeys)
    }

    /// Whether a request comes from the browser that registered an account with this password.
    /// - Throws: `VALIDATION_ERROR` if the cookie occurs twice.
    func isHeld(in headers: HTTPFields, for user: UUID, _ passwordHash: String?) throws(APIError) -> Bool {
        try mark.name(in: headers, of: user, passwordHash) != nil
    }

    /// The header field that marks a browser for an account.
    func issue(for user: UUID, _ passwordHash: String?) -> HTTPField {
        mark.issue(for: user, passwordHash)
    }
}
