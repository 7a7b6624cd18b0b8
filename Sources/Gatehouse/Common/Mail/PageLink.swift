public import FoundationEssentials
import Web

/// A link to one of our own pages.
public struct PageLink: Sendable {
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

    /// Makes a link with a token.
    /// - Parameter token: the token that the page sends when its button is pressed. It is in the fragment, which
    ///   reaches no log.
    init(_ path: StaticString, at base: String, with token: OpaqueToken) {
        url = "\(base)\(path)#token=\(token.text)"
    }
}
