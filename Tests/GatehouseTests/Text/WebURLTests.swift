import Testing
import Web

@testable import Gatehouse

@Suite struct WebURLTests {
    @Test(arguments: [
        "https://example.com", "https://example.com/", "https://a.b-c.example:8443/x/y.png", "https://example.com.",
        "https://example.com/a?b=c&d=%20#e", "https://EXAMPLE.com:1/~a_b/1@!$'()*+,;=", "https://a_b.example/",
        "https://example.com/?a?b/c#d?e/%C3%A4", "https://example.com/#", "https://192.0.2.1/", "HTTPS://example.com/a",
        "hTtPs://example.com", "https://example.com:65535/", "https://example.com:00443/", "https://example.com:/",
        "https://example.com:0", "https://example.com?x=1", "https://example.com#a", "https://[2001:db8::1]/",
        "https://[2001:db8::1]:8443?a", "https://[::ffff:192.0.2.1]/", "https://localhost/",
        "https://xn--exmple-cua.com/",
        "https://1.example/", "https://a/", "https://0xy/", "https://a.0xyz/", "https://0x.example/",
    ])
    func `a URL in ASCII is kept as it is`(text: String) throws {
        #expect(WebURL(text)?.text == text)
        #expect(try matchesPattern(text))
    }

    @Test(arguments: [
        ("https://exämple.com/", "https://xn--exmple-cua.com/"), ("https://例え.テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("https://EXÄMPLE.com:8443?x=1", "https://xn--exmple-cua.com:8443?x=1"),
        ("https://пример.example/путь?я#ё", "https://xn--e1afmkfd.example/%D0%BF%D1%83%D1%82%D1%8C?%D1%8F#%D1%91"),
        ("https://example。com/", "https://example.com/"), ("https://example.com/ä%20", "https://example.com/%C3%A4%20"),
        ("HTTPS://bücher.example", "https://xn--bcher-kva.example"),
    ])
    func `a URL in its own script is kept in ASCII`(text: String, kept: String) throws {
        #expect(WebURL(text)?.text == kept)
        #expect(try matchesPattern(text))
        #expect(WebURL(kept)?.text == kept)
    }

    @Test(arguments: [
        "http://example.com/", "https://", "https:///a", "https://?a", "https://#a", "https://user@example.com/",
        "https://a:b@example.com/", "https://example.com:65536/", "https://example.com:99999/",
        "https://example.com:8a/",
        "https://a:1:2/", "https://..../", "https://./", "https://.example.com/", "https://example..com/",
        "https://example.com../", "https://example.com/a b", "https://example.com/\n", "https://example.com/\\",
        "https://example.com/<a>", "https://example.com/\"", "https://example.com/{a}", "https://example.com/a|b",
        "https://example.com/^", "https://example.com/`", "https://example.com/\u{7F}", "https://example.com\u{0}",
        "https://example.com/[1]", "https://example.com/a#b#c", "https://example.com/%", "https://example.com/%2",
        "https://example.com/%zz", " https://example.com/", "javascript:alert(1)", "https://example.com\n",
        "https:/example.com/", "data:text/html,a", "https://[::1/", "https://[::1]a/", "https://[::g]/", "https://[]/",
        "https://[fe80::1%25eth0]/", "https://192.0.2.256/", "https://1.2/", "https://1234/", "https://a.1/",
        "https://0x7f000001/", "https://a.0x1", "https://a.0X", "https://0x7f.1", "https://127.0.0.0x1/",
        "https://xn--a.example/", "https://exam\u{202E}ple.com/", "https://example.com/\u{200B}",
        "https://exam\u{AD}ple.com/", "https://example.com/\u{A0}", "https://example\\.com/", "https://exa%41mple.com/",
        "https://example.com/\u{FFFC}", "https://a\u{FFFD}.com/",
    ])
    func `an invalid URL is refused`(text: String) {
        #expect(WebURL(text) == nil)
        #expect(Field.url().rejection(of: .string(text))?.code == "format")
    }

    @Test(arguments: [
        ("http://example.com/a", "http://example.com/a"), ("HTTP://example.com", "HTTP://example.com"),
        ("https://example.com/", "https://example.com/"), ("http://exämple.com/", "http://xn--exmple-cua.com/"),
    ])
    func `a field may allow http, too`(text: String, kept: String) throws {
        let field = Field.url(allowsHTTP: true)
        #expect(WebURL(text, schemes: ["https", "http"])?.text == kept)
        #expect(field.rejection(of: .string(text)) == nil)
        #expect(try matches(text, field))
    }

    @Test(arguments: [
        "ftp://example.com/", "httpss://example.com/", "htt://example.com/", "http:example.com", "://example.com/",
        "http://user@example.com/", "http://a:b@example.com/", "javascript:alert(1)", "http//example.com/", "http:", "",
        "http://example.com/\u{FFFC}", "http://a\u{FFFD}.com/",
    ])
    func `a field that allows http refuses everything else`(text: String) throws {
        let field = Field.url(allowsHTTP: true)
        #expect(field.rejection(of: .string(text)) != nil)
        #expect(try !matches(text, field))
        #expect(Field.url().rejection(of: .string(text)) != nil)
    }

    @Test func `a field's schema and refusals name its scheme and its length`() {
        let field = Field.url(maximum: 20, allowsHTTP: true)
        #expect(field.schema["format"] == "iri" && field.schema["maxLength"] == 20)
        #expect(field.rejection(of: "ftp://example.com/")?.message == "Must be an http or https URL.")
        #expect(Field.url().rejection(of: "http://example.com/")?.message == "Must be an https URL.")
        #expect(field.rejection(of: "https://a/8901234567890")?.code == "too_long")
        #expect(field.rejection(of: "https://ä.de/")?.code == nil)
        #expect(field.rejection(of: 1)?.code == "type")
    }

    @Test func `names and labels are as long as DNS allows`() {
        let label = String(repeating: "a", count: 63)
        #expect(WebURL("https://\(label).example/") != nil)
        #expect(WebURL("https://a\(label).example/") == nil)
        #expect(WebURL("https://\(label).\(label).\(label).\(label)/") == nil)
    }

    @Test func `a URL has at most 2,048 characters, as given and as stored`() {
        let path = { (count: Int, letter: String) in "https://a/" + String(repeating: letter, count: count) }
        #expect(Field.url().rejection(of: .string(path(2_038, "a"))) == nil)
        #expect(Field.url().rejection(of: .string(path(2_039, "a")))?.code == "too_long")
        #expect(Field.url().rejection(of: .string(path(340, "ä")))?.code == "too_long")
        #expect(Field.url().rejection(of: .string(path(339, "ä"))) == nil)
    }

    /// For any character in either place, the code accepts nothing that the pattern refuses, and the pattern agrees
    /// with the code if the host is a plain name.
    @Test func `code and pattern agree on every ASCII character`() throws {
        for byte in UInt8(0)...0x7F {
            for url in ["https://a\(Unicode.Scalar(byte))b/", "https://a/\(Unicode.Scalar(byte))"] {
                #expect(try (WebURL(url) != nil) == matchesPattern(url), "\(url.debugDescription)")
            }
        }
    }

    private func matchesPattern(_ text: String) throws -> Bool {
        try matches(text, Field.url())
    }

    private func matches(_ text: String, _ field: Field<String>) throws -> Bool {
        let pattern = try #require(field.schema["pattern"]?.string)
        return try Regex(pattern).matchingSemantics(.unicodeScalar).wholeMatch(in: text) != nil
    }
}
