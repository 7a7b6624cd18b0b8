import Glibc

/// The address of a caller for counting (RFC 4291, section 2.5.4: the owner of an IPv6 address has its whole /64).
struct ClientAddress: Sendable {
    /// One caller: an IPv4 address, or an IPv6 /64.
    let subscriber: String
    /// A neighbourhood of callers: an IPv4 /24, or an IPv6 /64.
    let network: String
    /// Whether the caller is on this machine.
    let isLoopback: Bool

    /// Reads an address in text form; any other text counts as it is.
    init(_ text: String) {
        if let bytes = Self.parse(text, family: AF_INET, count: 4) {
            self.init(version4: bytes)
        } else if let bytes = Self.parse(text, family: AF_INET6, count: 16) {
            // An IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2).
            let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
            if isMapped { self.init(version4: Array(bytes[12...])) } else { self.init(version6: bytes) }
        } else {
            self.init(subscriber: text, network: text, isLoopback: false)
        }
    }

    private init(version4 bytes: [UInt8]) {
        let numbers = bytes.map { String($0) }
        self.init(
            subscriber: numbers.joined(separator: "."), network: numbers.prefix(3).joined(separator: ".") + ".0/24",
            isLoopback: bytes[0] == 127)
    }

    private init(version6 bytes: [UInt8]) {
        let prefix = bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ".") + "/64"
        self.init(
            subscriber: prefix, network: prefix, isLoopback: bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1)
    }

    private init(subscriber: String, network: String, isLoopback: Bool) {
        self.subscriber = subscriber
        self.network = network
        self.isLoopback = isLoopback
    }

    private static func parse(_ text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}
