import CCurl

/// Where a request goes: a URL as libcurl reads it, so that what is checked is what is used.
struct RequestTarget {
    /// The URL as it was given.
    let url: String
    /// `https` or `http`.
    let scheme: String
    /// The host in lower case; an IPv6 address without brackets.
    let host: String
    /// Scheme, host and port, as in an origin: what may stand in a log.
    let server: String

    /// Reads an absolute URL; `nil` if libcurl does not take it, or if it has another scheme, or a user or password.
    init?(_ url: String) {
        guard let parts = curl_url() else { return nil }
        defer { curl_url_cleanup(parts) }
        guard url.utf8.count <= 8192, !url.utf8.contains(0), curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: parts), ["https", "http"].contains(scheme),
            Self.part(CURLUPART_USER, of: parts) == nil, Self.part(CURLUPART_PASSWORD, of: parts) == nil,
            let host = Self.part(CURLUPART_HOST, of: parts)?.lowercased(), !host.isEmpty,
            let port = Self.part(CURLUPART_PORT, of: parts, UInt32(CURLU_DEFAULT_PORT))
        else { return nil }
        self.url = url
        self.scheme = scheme
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        server = "\(scheme)://\(host):\(port)"
    }

    private static func part(_ part: CURLUPart, of parts: OpaquePointer, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
