/// To which addresses outgoing requests may go: to those that are globally reachable (IANA's registries of
/// special-purpose addresses for IPv4 and IPv6, RFC 6890), and to what the operator has opened. It judges the address
/// of a connection when it is made, so a name that resolves to another address by then does not evade it.
struct AddressPolicy: Sendable {
    /// What the operator has opened.
    let opened: [OpenedDestination]
    /// Whether `http` may be used with an opened address.
    let allowsHTTP: Bool

    /// Whether a connection to an address may be made.
    /// - Parameters:
    ///   - host: the host of the URL, in lower case.
    ///   - isEncrypted: whether TLS protects the connection.
    func allows(_ address: IPAddress, of host: String, isEncrypted: Bool) -> Bool {
        let address = address.effective
        if opens(address, of: host) { return isEncrypted || allowsHTTP }
        return isEncrypted && address.reach == .global
    }

    private func opens(_ address: IPAddress, of host: String) -> Bool {
        opened.contains { destination in
            switch destination {
            // A single address in the setting is opened even if it is special.
            case .address(let opened): opened == address
            case .range(let range): range.contains(address) && [.global, .privateNetwork].contains(address.reach)
            case .host(let name): name == host && [.global, .privateNetwork].contains(address.reach)
            }
        }
    }
}

/// An entry of `GATEHOUSE_OUTBOUND_ALLOW`.
enum OpenedDestination: Equatable, Sendable {
    /// One address of whatever kind.
    case address(IPAddress)
    /// The private addresses of a range.
    case range(AddressRange)
    /// The private addresses to which a name resolves.
    case host(String)

    /// Reads an entry; `nil` if it is none of these.
    init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        if let address = IPAddress(
            text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text)
        {
            self = .address(address.effective)
        } else if let range = AddressRange(text) {
            self = .range(range)
        } else if !text.contains("/"), let host = HostAndPort(text), host.port == nil {
            self = .host(host.host)
        } else {
            return nil
        }
    }
}

extension IPAddress {
    /// From where an address can be reached.
    enum Reach {
        /// From everywhere.
        case global
        /// From a private network, which an operator can open as a whole.
        case privateNetwork
        /// From this machine, from its link, or from nowhere: opened one by one, if at all.
        case special
    }

    /// From where the address can be reached; of an address that contains an IPv4 address, ask its `effective` one.
    var reach: Reach {
        if Self.metadata.contains(where: { $0.contains(self) }) { return .special }
        if Self.privateNetworks.contains(where: { $0.contains(self) }) { return .privateNetwork }
        if isVersion4 {
            let isSpecial = Self.special4.contains { $0.contains(self) } && !Self.global4.contains { $0.contains(self) }
            return isSpecial ? .special : .global
        }
        // Nothing else is allocated for global unicast (RFC 4291, section 2.4).
        guard Self.unicast.contains(self) else { return .special }
        let isSpecial = Self.special6.contains { $0.contains(self) } && !Self.global6.contains { $0.contains(self) }
        return isSpecial ? .special : .global
    }

    /// RFC 1918, 6598 and 4193.
    private static let privateNetworks = [
        AddressRange("10.0.0.0", 8), AddressRange("172.16.0.0", 12), AddressRange("192.168.0.0", 16),
        AddressRange("100.64.0.0", 10), AddressRange("fc00::", 7),
    ]

    /// Where clouds answer their machines, within private networks: Amazon EC2, Google Cloud, Alibaba Cloud. Others do
    /// so at link-local addresses. Who opens a private network does not mean the credentials of this machine.
    private static let metadata = [
        AddressRange("fd00:ec2::", 32), AddressRange("fd20:ce::254", 128), AddressRange("100.100.100.200", 32),
    ]

    /// The entries of IANA's IPv4 registry that are not globally reachable, then multicast, the reserved block, and the
    /// address at which a cloud answers its machines.
    private static let special4 = [
        AddressRange("0.0.0.0", 8), AddressRange("127.0.0.0", 8), AddressRange("169.254.0.0", 16),
        AddressRange("192.0.0.0", 24), AddressRange("192.0.2.0", 24), AddressRange("192.88.99.0", 24),
        AddressRange("198.18.0.0", 15), AddressRange("198.51.100.0", 24), AddressRange("203.0.113.0", 24),
        AddressRange("224.0.0.0", 4), AddressRange("240.0.0.0", 4), AddressRange("168.63.129.16", 32),
    ]

    /// Port Control Protocol and TURN anycast, within 192.0.0.0/24.
    private static let global4 = [AddressRange("192.0.0.9", 32), AddressRange("192.0.0.10", 32)]

    private static let unicast = AddressRange("2000::", 3)

    /// The entries of IANA's IPv6 registry within the global unicast space that are not globally reachable. 6to4 and
    /// Teredo are here, too, for an `effective` address that was not asked.
    private static let special6 = [
        AddressRange("2001::", 23), AddressRange("2001:db8::", 32), AddressRange("2002::", 16),
        AddressRange("3fff::", 20),
    ]

    /// The globally reachable parts of 2001::/23.
    private static let global6 = [
        AddressRange("2001:1::1", 128), AddressRange("2001:1::2", 128), AddressRange("2001:1::3", 128),
        AddressRange("2001:3::", 32), AddressRange("2001:4:112::", 48), AddressRange("2001:20::", 28),
        AddressRange("2001:30::", 28),
    ]
}
