import Testing

@testable import Gatehouse

@Suite struct HostAndPortTests {
    @Test(
        arguments: [
            ("db", "db", nil), ("db1.example.com:3307", "db1.example.com", 3307), ("127.0.0.1:1", "127.0.0.1", 1),
            ("[::1]", "::1", nil), ("[::1]:3306", "::1", 3306), ("[2001:db8::1]:65535", "2001:db8::1", 65_535),
            ("[fe80::1%eth0]:3306", "fe80::1%eth0", 3306), ("[::ffff:192.0.2.1]", "::ffff:192.0.2.1", nil),
        ] as [(String, String, UInt16?)])
    func `a host is read without its brackets`(text: String, host: String, port: UInt16?) {
        #expect(HostAndPort(text)?.host == host)
        #expect(HostAndPort(text)?.port == port)
    }

    @Test(arguments: [
        "", ":3306", "::1", "::1:3306", "[]", "[]:1", "[::1", "::1]", "[::1]3306", "[::1]:", "[db]:3306", "[127.0.0.1]",
        "db:", "db:0", "db:+1", "db:-1", "db:65536", "db:3306x", "db:1:2", "db:\u{661}", "d b", " db", "db ", "d\u{fc}",
        "db/x", "u@db", "[fe80::1%]", "[::1%a b]", "db:003306",
    ])
    func `anything else is refused`(text: String) {
        #expect(HostAndPort(text) == nil)
    }
}
