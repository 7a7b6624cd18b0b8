import Glibc
public import Web

/// An absolute URL with the scheme `https` or `http`, a host, and no user or password (RFC 3986; for characters beyond
/// ASCII, the URL Standard of WHATWG). Every accepted text is an IRI (RFC 3987), too.
struct WebURL: Equatable {
    /// The URL in ASCII: unchanged if it was given in ASCII; else with the host as A-labels (RFC 5890, section 2.3.2.1)
    /// and everything after it percent-encoded.
    let text: String

    /// Reads a URL; `nil` if this is not one.
    /// - Parameter schemes: the acceptable schemes, in lower case.
    init?(_ given: String, schemes: [String] = ["https"]) {
        let start = given.utf8.prefix { $0 != UInt8(ascii: ":") }
        let rest = given.utf8.dropFirst(start.count)
        guard given.unicodeScalars.allSatisfy(Self.isAllowed), rest.starts(with: "://".utf8),
            let scheme = schemes.first(where: { Substring(start).hasSameBytes(asIgnoringASCIICase: $0) })
        else { return nil }
        self.init(given, scheme: scheme, rest: rest.dropFirst(3))
    }

    /// - Parameter rest: everything after `://`.
    private init?(_ given: String, scheme: String, rest: Substring.UTF8View) {
        let authority = rest.prefix { !Self.ends(authority: $0) }
        let tail = rest.dropFirst(authority.count)
        guard let host = Self.host(of: Array(authority)), Self.isTail(Array(tail)) else { return nil }
        let isASCII = given.utf8.allSatisfy { $0 < 0x80 }
        text = isASCII ? given : "\(scheme)://\(host)\(Self.percentEncoded(tail))"
    }

    /// No IRI contains U+FFFC and U+FFFD (RFC 3987, section 2.2).
    private static func isAllowed(_ character: Unicode.Scalar) -> Bool {
        character.isReadable && !character.properties.isWhitespace && character != "\u{FFFC}"
            && character != "\u{FFFD}"
    }

    private static func ends(authority byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// Host and port in ASCII; `nil` if they are invalid.
    private static func host(of authority: [UInt8]) -> String? {
        let colon = UInt8(ascii: ":")
        if authority.first == UInt8(ascii: "[") {
            guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let address = String(decoding: authority[1..<end], as: UTF8.self)
            let port = authority[(end + 1)...]
            guard isAddress(address, AF_INET6), port.isEmpty || port.first == colon, isPort(port.dropFirst()) else {
                return nil
            }
            return String(decoding: authority, as: UTF8.self)
        }
        let name = authority.prefix { $0 != colon }
        let port = authority.dropFirst(name.count)
        guard isPort(port.dropFirst()), let host = hostName(String(decoding: name, as: UTF8.self)) else { return nil }
        return host + String(decoding: port, as: UTF8.self)
    }

    /// A number of up to 16 bits, or nothing (RFC 3986, section 3.2.3).
    private static func isPort(_ digits: ArraySlice<UInt8>) -> Bool {
        let number = digits.drop { $0 == UInt8(ascii: "0") }
        guard digits.allSatisfy(isDigit), number.count <= 5 else { return false }
        return number.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65_535
    }

    private static func hostName(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 } && !text.utf8.map({ $0 | 0x20 }).hasEncodedLabel
        guard let name = isPlain ? text : DomainName.ascii(text) else { return nil }
        var labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        guard name.utf8.count <= longestName, let last = labels.last, labels.allSatisfy(isLabel) else { return nil }
        // A name that ends in a number must be an IPv4 address (URL Standard, "ends in a number checker").
        guard !isNumber(last) || isAddress(name, AF_INET) else { return nil }
        return name
    }

    /// Whether a label is a decimal or a hexadecimal number, including `0x` alone. RFC 3986 only allows IPv4 addresses
    /// of four decimal numbers.
    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        if label.allSatisfy(isDigit) { return true }
        return label.first == UInt8(ascii: "0") && label.dropFirst().first.map { $0 | 0x20 } == UInt8(ascii: "x")
            && label.dropFirst(2).allSatisfy(isHexDigit)
    }

    /// Octets of a name (RFC 1035, section 2.3.4, without the length of each label and the root).
    private static let longestName = 254

    /// Letters, digits, hyphens and underscores, 1 to 63 octets.
    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        (1...63).contains(label.count)
            && label.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var address = in6_addr()
        return inet_pton(family, text, &address) == 1
    }

    /// Path, query and fragment: their characters, whole escapes, and no second `#`.
    private static func isTail(_ tail: [UInt8]) -> Bool {
        var rest = tail[...]
        var hasFragment = false
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let first = rest.popFirst(), let second = rest.popFirst(), isHexDigit(first), isHexDigit(second)
                else { return false }
            case UInt8(ascii: "#"):
                if hasFragment { return false }
                hasFragment = true
            default:
                guard byte >= 0x80 || isURLCharacter(byte) else { return false }
            }
        }
        return true
    }

    /// Whether path, query and fragment of a URL may contain this byte, besides escapes (RFC 3986, sections 3.3 to
    /// 3.5).
    private static func isURLCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ";"), UInt8(ascii: "="): true
        case UInt8(ascii: "?")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: isLetter(byte)
        }
    }

    private static func percentEncoded(_ text: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        for byte in text {
            if byte < 0x80 { bytes.append(byte) } else { PercentEncoding.append(escapeOf: byte, to: &bytes) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

extension [UInt8] {
    /// Whether a label begins with `xn--`; the text is in lower case here.
    fileprivate var hasEncodedLabel: Bool {
        split(separator: UInt8(ascii: ".")).contains { $0.starts(with: "xn--".utf8) }
    }
}

extension Field where Value == String {
    /// An absolute `https` URL without user and password.
    ///
    /// A URL in ASCII is kept as it was sent. In others, the host is kept as A-labels (IDNA 2008) and everything after
    /// it percent-encoded, so a column of ASCII with `maximum` characters is enough. The field does not know where the
    /// host leads; it may be an address of your own network.
    /// - Parameters:
    ///   - maximum: the maximum number of characters, as sent and as kept.
    ///   - allowsHTTP: whether `http` is acceptable, too.
    public static func url(maximum: Int = 2048, allowsHTTP: Bool = false) -> Field {
        let schemes = allowsHTTP ? ["https", "http"] : ["https"]
        return text(1...maximum).annotated("format", "iri").annotated("pattern", urlPattern(allowsHTTP: allowsHTTP))
            .map(standIn: "") { text in
                guard let url = WebURL(text, schemes: schemes) else {
                    let kind = schemes.reversed().joined(separator: " or ")
                    return .failure(Rejection("format", "Must be an \(kind) URL."))
                }
                guard url.text.utf8.count <= maximum else {
                    return .failure(
                        Rejection("too_long", "Must have at most \(maximum) characters once it is percent-encoded."))
                }
                return .success(url.text)
            }
    }

    /// Omits the rules of host names and addresses.
    private static func urlPattern(allowsHTTP: Bool) -> JSON {
        let beyondASCII = "[^\\u0000-\\u009f\\s\\ufffc\\ufffd\(ReadableText.hiddenClass)]"
        let label = "([0-9A-Z_a-z-]|\(beyondASCII)){1,63}"
        let port = "0*(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5]?[0-9]{1,4})?"
        let tail = "([!$&-;=?-Z_a-z~]|\(beyondASCII)|%[0-9A-Fa-f]{2})*"
        let host = "(\\[[0-9A-Fa-f:.]+\\]|\(label)(\\.\(label))*\\.?)"
        let scheme = "[Hh][Tt][Tt][Pp][Ss]" + (allowsHTTP ? "?" : "")
        return .string("^\(scheme)://\(host)(:\(port))?([/?]\(tail))?(#\(tail))?$")
    }
}
