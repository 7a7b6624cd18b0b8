import Web

/// A URL to which a browser returns from a sign-in with a provider, without query and fragment. It is compared after
/// parsing, without wildcards (RFC 9700, section 2.1): scheme, host, port and path.
struct RedirectURL: Sendable, Equatable {
    private let scheme: String
    /// `nil` for a private-use scheme.
    private let host: String?
    private let port: String
    private let path: String

    /// The longest text that is read, in bytes.
    static let longest = 2048

    /// Reads a URL: `https`; `http` on 127.0.0.1 or [::1], for a program on the user's machine; or a private-use scheme
    /// with a dot, such as `com.example.app:/callback` (RFC 8252, section 7).
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest, !text.utf8.isEmpty, text.utf8.allSatisfy(\.isVisibleASCII),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        scheme = String(text[..<colon]).lowercased()
        let rest = text[text.utf8.index(after: colon)...]
        guard !rest.utf8.contains(UInt8(ascii: "?")), !rest.utf8.contains(UInt8(ascii: "#")) else { return nil }
        guard scheme == "https" || scheme == "http" else {
            guard Self.isPrivateUse(scheme), rest.hasPrefix("/"), Self.isPath(rest) else { return nil }
            (host, port, path) = (nil, "", String(rest))
            return
        }
        guard let url = WebURL(text, schemes: [scheme]), url.text.hasSameBytes(as: text) else { return nil }
        let authority = rest.dropFirst(2).prefix { $0 != "/" }
        let hostEnd = authority.first == "[" ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
        let name = hostEnd.map { authority[..<$0] } ?? authority.prefix { $0 != ":" }
        let given = String(authority[name.endIndex...].drop { $0 == ":" }.drop { $0 == "0" })
        host = name.lowercased()
        port = given == (scheme == "https" ? "443" : "80") ? "" : given
        let tail = rest.dropFirst(2 + authority.utf8.count)
        path = tail.isEmpty ? "/" : String(tail)
        guard scheme == "https" || isLoopback else { return nil }
    }

    /// Whether this registered URL admits the one of a request. A program on the user's machine may listen on any port
    /// (RFC 8252, section 7.3).
    func admits(_ other: RedirectURL) -> Bool {
        self == other
            || (scheme == "http" && isLoopback && other.scheme == scheme && other.host == host && other.path == path)
    }

    /// Whether it is a page at the origin of another URL: a path that no program answers.
    func isPage(atOriginOf other: RedirectURL) -> Bool {
        host != nil && (scheme, host, port) == (other.scheme, other.host, other.port)
            && !["/api/", "/.well-known/"].contains { path.hasPrefix($0) }
            && !["//", "/.", "%"].contains { path.contains($0) }
    }

    private var isLoopback: Bool { host == "127.0.0.1" || host == "[::1]" }

    /// A reversed domain name, which has a dot (RFC 8252, section 7.1).
    private static func isPrivateUse(_ scheme: String) -> Bool {
        scheme.utf8.contains(UInt8(ascii: ".")) && scheme.utf8.first.map { (0x61...0x7a).contains($0) } == true
            && scheme.utf8.allSatisfy { byte in
                (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || "+-.".utf8.contains(byte)
            }
    }

    /// Slashes and unreserved characters (RFC 3986, section 2.3).
    private static func isPath(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "/-._~".utf8.contains(byte)
        }
    }
}

/// The URLs to which a browser may return: those of the setting, and the pages of the public URL.
struct RedirectURLs: Sendable {
    let registered: [RedirectURL]
    /// The root of our own pages.
    private let home: RedirectURL?

    init(registered: [RedirectURL], publicURL: String) {
        self.registered = registered
        home = RedirectURL(publicURL)
    }

    /// Whether a browser may return to a URL.
    func admit(_ text: String) -> Bool {
        guard let url = RedirectURL(text) else { return false }
        return registered.contains { $0.admits(url) } || home.map { url.isPage(atOriginOf: $0) } ?? false
    }
}

extension SettingKind where Value == [RedirectURL] {
    /// Redirect URLs, each once.
    static let redirectURLs = SettingKind(
        expectation: """
            URLs without query and fragment, separated by commas: https, http on 127.0.0.1 or [::1], or a scheme with \
            a dot such as com.example.app:/callback
            """, standIn: []
    ) { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let urls = parts.compactMap { RedirectURL(String($0)) }
        return urls.count == parts.count ? urls : nil
    }
}
