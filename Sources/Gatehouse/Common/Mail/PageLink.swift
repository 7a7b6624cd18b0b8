public import FoundationEssentials
import Web

/// A link to one of our own pages.
public struct PageLink: Sendable {
    /// The pages to which links in mails lead.
    enum Page: String, CaseIterable {
        case verifyEmail = "verify-email"
        case resetPassword = "reset-password"
        case confirmEmail = "confirm-email"
        case acceptInvitation = "accept-invitation"
    }

    /// An absolute URL.
    let url: String

    /// Makes a link to a page of a module.
    /// - Parameters:
    ///   - path: where the page is, with a slash first, such as `/notes`.
    ///   - id: the last part of the path, behind another slash.
    ///   - base: the origin of the page, from the settings.
    public init(_ path: StaticString, _ id: UUID? = nil, at base: String) {
        url = "\(base)\(path)" + (id.map { "/\($0.text)" } ?? "")
    }

    /// Makes a link.
    /// - Parameters:
    ///   - publicURL: the base of all links, from the settings.
    ///   - token: the token that the page sends when its button is pressed. It is in the fragment, which reaches no
    ///     log.
    init(_ page: Page, at publicURL: String, with token: OpaqueToken? = nil) {
        url = "\(publicURL)/\(page.rawValue)" + (token.map { "#token=\($0.text)" } ?? "")
    }
}
