import Web

/// Parameters as `application/x-www-form-urlencoded` (RFC 6749, appendix B), for queries and bodies.
struct FormParameters: ExpressibleByDictionaryLiteral {
    private var pairs: [(name: String, value: String)]

    init(dictionaryLiteral elements: (String, String)...) {
        pairs = elements.map { ($0.0, $0.1) }
    }

    /// Adds a parameter unless it has no value.
    mutating func append(_ name: String, _ value: String?) {
        if let value { pairs.append((name, value)) }
    }

    /// The encoded text.
    var text: String {
        pairs.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }

    /// A URL with these parameters at the end of its query.
    func added(to url: String) -> String {
        let mark = url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return url + mark + text
    }
}
