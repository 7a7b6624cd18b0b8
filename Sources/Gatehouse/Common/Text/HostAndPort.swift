import Glibc

/// The location of a server: `host`, `host:port`, `[address]` or `[address]:port`. An IPv6 address needs brackets,
/// since it contains colons (RFC 3986, section 3.2.2).
struct HostAndPort: Equatable {
    /// A name or an address without brackets, as for getaddrinfo(3).
    let host: String
    let port: UInt16?

    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let rest: ArraySlice<UInt8>
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = String(decoding: bytes[1..<close], as: UTF8.self)
            rest = bytes[(close + 1)...]
            guard Self.isIPv6Address(host) else { return nil }
        } else {
            let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            host = String(decoding: bytes[..<end], as: UTF8.self)
            rest = bytes[end...]
            guard !host.isEmpty, host.utf8.allSatisfy(Self.mayStandInName) else { return nil }
        }
        guard !rest.isEmpty else {
            port = nil
            return
        }
        let digits = rest.dropFirst()
        guard rest.first == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy(Self.isDigit), let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { return nil }
        self.port = port
    }

    /// Whether a text is an IPv6 address, with a zone or without one (RFC 4007, section 11).
    static func isIPv6Address(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first,
            parts.count == 1 || !parts[1].isEmpty && parts[1].utf8.allSatisfy(mayStandInName)
        else { return false }
        var parsed = in6_addr()
        return inet_pton(AF_INET6, String(address), &parsed) == 1
    }

    /// The form of a host before a port.
    static func bracketed(_ host: String) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func mayStandInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: isDigit(byte)
        }
    }
}
