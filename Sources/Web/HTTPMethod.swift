/// A request method, case-sensitive; there may be others than these (RFC 9110, section 9).
public struct HTTPMethod: Sendable, Hashable, CustomStringConvertible {
    /// The method's name.
    public let rawValue: String

    private init(known name: String) {
        rawValue = name
    }

    /// A method of any name; `nil` if that is not a token.
    public init?(_ name: String) {
        guard name.isToken else { return nil }
        rawValue = name
    }

    /// The method's name.
    public var description: String { rawValue }

    /// `GET`
    public static var get: Self { Self(known: "GET") }
    /// `HEAD`
    public static var head: Self { Self(known: "HEAD") }
    /// `POST`
    public static var post: Self { Self(known: "POST") }
    /// `PUT`
    public static var put: Self { Self(known: "PUT") }
    /// `PATCH` (RFC 5789)
    public static var patch: Self { Self(known: "PATCH") }
    /// `DELETE`
    public static var delete: Self { Self(known: "DELETE") }
    /// `OPTIONS`
    public static var options: Self { Self(known: "OPTIONS") }
    /// `TRACE`
    public static var trace: Self { Self(known: "TRACE") }
    /// `CONNECT`
    public static var connect: Self { Self(known: "CONNECT") }
}

extension StringProtocol {
    /// Whether this is a token (RFC 9110, section 5.6.2).
    var isToken: Bool { !utf8.isEmpty && utf8.allSatisfy(\.isTokenByte) }
}

extension UInt8 {
    /// Whether tokens may contain this byte (RFC 9110, section 5.6.2: `tchar`).
    var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: isAlphanumeric
        }
    }
}
