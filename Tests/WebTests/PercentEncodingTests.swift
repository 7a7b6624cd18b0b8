import Testing

@testable import Web

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("%2f%2F", "//"), ("%25", "%"), ("%2525", "%25"), ("a+b", "a+b"),
        ("%C3%A9", "é"), ("%f0%9f%a6%8a", "🦊"), ("é", "é"), ("%0A", "\n"), ("%7F", "\u{7F}"),
        ("%EF%BB%BFa", "\u{FEFF}a"),
    ])
    func `escapes are decoded once`(text: String, decoded: String) {
        #expect(PercentEncoding.decode(text).map { Array($0.utf8) } == Array(decoded.utf8))
    }

    @Test(arguments: [
        "%", "a%", "%2", "%2g", "%g2", "%%20", "%+1", "%-1", "% 1", "%00", "a%00b", "\u{0}", "%FF", "%C3", "%C3%28",
        "%C0%80",
        "%E0%80%80", "%ED%A0%80", "%F4%90%80%80", "%A9", "%é0",
    ])
    func `a broken escape, a NUL and invalid UTF-8 are refused`(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test func `a plus is a space only if requested`() {
        #expect(PercentEncoding.decode("a+b%2Bc", plusIsSpace: true) == "a b+c")
        #expect(PercentEncoding.decode("a+b%2Bc") == "a+b+c")
    }

    @Test func `everything but unreserved characters is escaped`() {
        #expect(PercentEncoding.encode("aZ09-._~") == "aZ09-._~")
        #expect(PercentEncoding.encode("a b+c/é%") == "a%20b%2Bc%2F%C3%A9%25")
    }

    @Test(arguments: ["", "a", "100 %", "a&b=c", "é😀\u{7F}", "\u{1}"])
    func `decoding returns what was encoded`(text: String) {
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    }
}
