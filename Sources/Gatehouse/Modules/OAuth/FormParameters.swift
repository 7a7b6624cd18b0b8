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
        pairs.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// A URL with these parameters at the end of its query.
    func added(to url: String) -> String {
        let mark = url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return url + mark + text
    }

    /// A value with every character escaped that is not unreserved (RFC 3986, section 2.3).
    static func encoded(_ value: String) -> String {
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
