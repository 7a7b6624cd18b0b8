import Testing

@testable import Gatehouse

@Suite struct ClientAddressTests {
    private func isSame(_ left: String, _ right: String, by key: KeyPath<ClientAddress, String>) -> Bool {
        ClientAddress(left)[keyPath: key] == ClientAddress(right)[keyPath: key]
    }

    @Test func `an IPv4 address counts by itself and its network is a 24-bit prefix`() {
        #expect(!isSame("192.0.2.1", "192.0.2.2", by: \.subscriber))
        #expect(isSame("192.0.2.1", "192.0.2.254", by: \.network))
        #expect(!isSame("192.0.2.1", "192.0.3.1", by: \.network))
    }

    @Test func `an IPv6 address counts by its 64-bit prefix`() {
        for key in [\ClientAddress.subscriber, \ClientAddress.network] {
            #expect(isSame("2001:db8::1", "2001:0DB8:0:0:ffff:ffff:ffff:ffff", by: key))
            #expect(!isSame("2001:db8::1", "2001:db8:0:1::1", by: key))
            #expect(!isSame("2001:db8::1", "2001:db8:10::1", by: key))
            #expect(!isSame("::1", "::1:0:0:0:1", by: key))
        }
    }

    @Test func `an IPv4 address in IPv6 form is the same caller`() {
        #expect(isSame("::ffff:192.0.2.1", "192.0.2.1", by: \.subscriber))
        #expect(isSame("::ffff:192.0.2.1", "192.0.2.9", by: \.network))
    }

    @Test(arguments: ["", "unix:", "192.0.2", "192.0.2.1.5", "1234"])
    func `a malformed address counts as it is`(text: String) {
        #expect(ClientAddress(text).subscriber == text)
        #expect(ClientAddress(text).network == text)
    }
}
