import CCurl
import Glibc

/// An IPv4 or IPv6 address, as 4 or 16 octets in network order.
struct IPAddress: Hashable, Sendable {
    let octets: [UInt8]

    /// Reads an address in text form, without brackets and without a zone.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        guard let octets = Self.octets(of: text, AF_INET, count: 4) ?? Self.octets(of: text, AF_INET6, count: 16)
        else { return nil }
        self.octets = octets
    }

    /// The address of a socket; `nil` for another family than IPv4 and IPv6.
    init?(_ socket: UnsafeRawBufferPointer) {
        guard socket.count >= MemoryLayout<sockaddr>.size else { return nil }
        switch Int32(socket.loadUnaligned(as: sockaddr.self).sa_family) {
        case AF_INET where socket.count >= MemoryLayout<sockaddr_in>.size:
            octets = withUnsafeBytes(of: socket.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6 where socket.count >= MemoryLayout<sockaddr_in6>.size:
            octets = withUnsafeBytes(of: socket.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default: return nil
        }
    }

    /// - Parameter octets: 4 or 16.
    init(octets: [UInt8]) {
        self.octets = octets
    }

    /// Whether it is an IPv4 address.
    var isVersion4: Bool { octets.count == 4 }

    /// The IPv4 address to which packets for this IPv6 address go: mapped (RFC 4291, section 2.5.5.2), NAT64 (RFC
    /// 6052), 6to4 (RFC 3056) and Teredo (RFC 4380); the address itself for all others.
    var effective: IPAddress {
        if isVersion4 { return self }
        if Self.mapped.contains(self) || Self.translated.contains(self) {
            return IPAddress(octets: Array(octets[12...]))
        }
        if Self.sixToFour.contains(self) { return IPAddress(octets: Array(octets[2..<6])) }
        if Self.teredo.contains(self) { return IPAddress(octets: octets[12...].map { ~$0 }) }
        return self
    }

    private static let mapped = AddressRange("::ffff:0:0", 96)
    private static let translated = AddressRange("64:ff9b::", 96)
    private static let sixToFour = AddressRange("2002::", 16)
    private static let teredo = AddressRange("2001::", 32)

    private static func octets(of text: String, _ family: Int32, count: Int) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &octets) == 1 ? octets : nil
    }
}

/// The addresses that begin with the same bits (CIDR, RFC 4632).
struct AddressRange: Hashable, Sendable {
    private let first: IPAddress
    private let bits: Int

    /// A range of our own; an invalid one contains nothing.
    init(_ text: StaticString, _ bits: Int) {
        first = IPAddress("\(text)") ?? IPAddress(octets: [])
        self.bits = bits
    }

    /// Reads `address/bits`; `nil` if it is not that, or if bits after the prefix are set.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = IPAddress(parts[0]), (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let bits = Int(parts[1]), bits <= first.octets.count * 8
        else { return nil }
        self.first = first
        self.bits = bits
        guard (bits..<first.octets.count * 8).allSatisfy({ !first.bit($0) }) else { return nil }
    }

    /// Whether an address of the same family begins with the bits.
    func contains(_ address: IPAddress) -> Bool {
        guard address.octets.count == first.octets.count else { return false }
        let whole = bits / 8
        guard address.octets.prefix(whole).elementsEqual(first.octets.prefix(whole)) else { return false }
        guard bits % 8 > 0 else { return true }
        let shift = 8 - bits % 8
        return address.octets[whole] >> shift == first.octets[whole] >> shift
    }
}

extension IPAddress {
    /// A bit, counted from the first.
    fileprivate func bit(_ index: Int) -> Bool { octets[index / 8] >> (7 - index % 8) & 1 == 1 }
}
