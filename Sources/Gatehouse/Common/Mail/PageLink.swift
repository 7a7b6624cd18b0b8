/// A link to one of our own pages.
struct PageLink: Sendable {
    /// The pages that links in mails lead to.
    enum Page: String, CaseIterable {
        case verifyEmail = "verify-email"
        case resetPassword = "reset-password"
        case confirmEmail = "confirm-email"
        case acceptInvitation = "accept-invitation"
    }

    /// An absolute URL.
    let url: String

    /// Makes a link.
    /// - Parameters:
    ///   - publicURL: the base of all links, from the settings.
    ///   - token: what the page sends when its button is pressed. It stands in the fragment, which reaches no log.
    init(_ page: Page, at publicURL: String, with token: OpaqueToken? = nil) {
        url = "\(publicURL)/\(page.rawValue)" + (token.map { "#token=\($0.text)" } ?? "")
    }
}
