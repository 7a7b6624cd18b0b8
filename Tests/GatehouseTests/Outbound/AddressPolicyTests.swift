import Testing
import Web

@testable import Gatehouse

@Suite struct AddressPolicyTests {
    /// Whether a policy allows an address with TLS.
    private static func allows(
        _ address: String, host: String = "example.com", allow: String? = nil, isEncrypted: Bool = true,
        allowsHTTP: Bool = false
    ) throws -> Bool {
        let opened = try allow.map { try #require(SettingKind.destinations.parse($0)) } ?? []
        return AddressPolicy(opened: opened, allowsHTTP: allowsHTTP).allows(
            try #require(IPAddress(address)), of: host, isEncrypted: isEncrypted)
    }

    @Test(
        "addresses that are globally reachable are allowed",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.0.9", "192.0.1.0", "192.167.255.255",
            "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15", "2001:4860:4860::8888",
            "2606:4700::1111",
            "2001:3::1", "2001:200::1", "3ffe::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1",
        ])
    func global(address: String) throws {
        #expect(try Self.allows(address))
    }

    @Test(
        "others are not",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
            "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.8", "192.0.2.1",
            "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
            "239.255.255.255", "240.0.0.1", "255.255.255.255",
            "::", "::1", "::127.0.0.1", "100::1", "64:ff9b:1::1", "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1",
            "3fff::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "4000::1",
        ])
    func special(address: String) throws {
        #expect(try !Self.allows(address))
    }

    @Test(
        "an IPv4 address inside an IPv6 address is judged as itself",
        arguments: [
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::a00:1",
            "2002:7f00:1::", "2002:a00:1::5", "2001:0:808:808:0:0:80ff:fffe", "2001:0:808:808::f5ff:fffe",
        ])
    func embedded(address: String) throws {
        #expect(try !Self.allows(address))
    }

    @Test("an address opens itself, in every form, and nothing else")
    func exact() throws {
        for address in ["127.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::"] {
            #expect(try Self.allows(address, allow: "127.0.0.1"))
        }
        for address in ["127.0.0.2", "10.0.0.1", "::1"] { #expect(try !Self.allows(address, allow: "127.0.0.1")) }
        #expect(try Self.allows("::1", allow: "[::1]"))
        #expect(try Self.allows("169.254.169.254", allow: "10.0.0.1,169.254.169.254"))
    }

    @Test("a range opens private addresses only")
    func ranges() throws {
        #expect(try Self.allows("10.1.2.3", allow: "10.1.0.0/16"))
        #expect(try !Self.allows("10.2.0.0", allow: "10.1.0.0/16"))
        #expect(try Self.allows("fd00::1", allow: "fd00::/8"))
        #expect(try Self.allows("172.31.255.255", allow: "172.16.0.0/12"))
        #expect(try Self.allows("192.168.0.1", allow: "0.0.0.0/0"))
        for address in ["127.0.0.1", "169.254.169.254", "168.63.129.16", "224.0.0.1"] {
            #expect(try !Self.allows(address, allow: "0.0.0.0/0"))
        }
        for address in ["::1", "fe80::1"] { #expect(try !Self.allows(address, allow: "::/0")) }
    }

    @Test(
        "an address at which a cloud answers its machines is opened by itself only",
        arguments: ["fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "100.100.100.200", "::ffff:100.100.100.200"])
    func metadata(address: String) throws {
        for allow in ["fc00::/7", "fd00:ec2::/32", "100.64.0.0/10", "0.0.0.0/0", "::/0", "hooks.internal"] {
            #expect(try !Self.allows(address, host: "hooks.internal", allow: allow))
        }
        #expect(try Self.allows(address, allow: address))
    }

    @Test("a host opens the private addresses to which it resolves")
    func hosts() throws {
        #expect(try Self.allows("10.0.0.1", host: "hooks.internal", allow: "Hooks.Internal"))
        #expect(try !Self.allows("10.0.0.1", host: "other.internal", allow: "hooks.internal"))
        #expect(try !Self.allows("127.0.0.1", host: "hooks.internal", allow: "hooks.internal"))
    }

    @Test("http is for opened addresses, where it is allowed")
    func http() throws {
        #expect(try Self.allows("127.0.0.1", allow: "127.0.0.1", isEncrypted: false, allowsHTTP: true))
        #expect(try !Self.allows("127.0.0.1", allow: "127.0.0.1", isEncrypted: false))
        #expect(try !Self.allows("8.8.8.8", isEncrypted: false, allowsHTTP: true))
    }

    @Test(
        "what is neither a host, an address nor a range is no destination",
        arguments: [
            "", ",", "a,,b", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "a/8", "a:80", "a b", "[::1",
        ])
    func faults(text: String) {
        #expect(SettingKind.destinations.parse(text) == nil)
    }
}
