import Testing

@testable import Web

/// A rule stands twice: as a pattern in the document and as code. Both must answer alike.
@Suite struct FieldPatternTests {
    private func agrees(_ field: Field<String>, _ text: String, accepted: Bool) throws {
        #expect((field.code(for: .string(text)) == nil) == accepted, "code: \(text.debugDescription)")
        let pattern = try #require(field.schema["pattern"]?.string)
        let matches = try Regex(pattern).matchingSemantics(.unicodeScalar).wholeMatch(in: text) != nil
        #expect(matches == accepted, "pattern: \(text.debugDescription)")
    }

    @Test(arguments: [
        ("a", true), (" a ", true), ("Zoë Müller", true), ("名前", true), ("👩‍👩‍👧‍👦", true), ("\u{A0}a", true),
        ("a\u{200B}", true),
        (" ", false), ("\u{A0}", false), ("\u{2003}\u{3000}", false), ("a\nb", false), ("a\r", false), ("\ta", false),
        ("a\u{0}", false), ("\u{7F}a", false), ("a\u{85}b", false), ("a\u{9F}", false), ("a\u{2028}b", false),
        ("a\u{2029}", false), ("a\r\nb", false), ("\u{1F}a", false), ("a\u{A0}\u{2027}", true), ("a\u{202A}", true),
    ])
    func `a line has no breaks or controls and is not blank`(text: String, accepted: Bool) throws {
        try agrees(.line(1...100), text, accepted: accepted)
    }

    /// ECMA-262 counts U+FEFF as white space; Unicode, and with it the engine used above, does not.
    @Test func `a line of nothing but byte order marks is blank`() {
        #expect(Field<String>.line(1...100).code(for: "\u{FEFF}") == "format")
        #expect(Field<String>.line(1...100).code(for: " \u{FEFF}\u{FEFF} ") == "format")
        #expect(Field<String>.line(1...100).code(for: "\u{FEFF}a") == nil)
    }

    /// No JSON and no query that holds one gets that far.
    @Test(arguments: [("", true), ("a\nb\u{1}\u{FFFF}", true), ("\u{0}", false), ("a\u{0}\n", false)])
    func `a text has any characters but NUL`(text: String, accepted: Bool) throws {
        try agrees(.text(0...9), text, accepted: accepted)
    }

    @Test(arguments: [
        ("https://example.com", true), ("https://example.com/", true), ("https://a.b-c.example:8443/x/y.png", true),
        ("https://example.com/a?b=c&d=%20#e", true), ("https://EXAMPLE.com:1/~a_b/1@!$'()*+,;=", true),
        ("https://example.com/?a?b/c#d?e/%C3%A4", true), ("https://example.com/#", true),
        ("https://example.com/[1]", false), ("https://example.com/?a[]=1", false), ("https://example.com/a#b#c", false),
        ("https://example.com/%", false), ("https://example.com/%2", false), ("https://example.com/%zz", false),
        ("https://192.0.2.1/", true), ("https://example.com:65535/", true), ("http://example.com/", false),
        ("https://", false), ("https:///a", false), ("https://?a", false), ("https://example.com?a=b", false),
        ("https://example.com#a", false), ("https://user@example.com/", false), ("https://a:b@example.com/", false),
        ("https://example.com:/", false), ("https://example.com:123456/", false), ("https://example.com:8a/", false),
        ("https://a:1:2/", false), ("https://[::1]/", false), ("https://example.com/a b", false),
        ("https://exämple.com/", false), ("https://example.com/ä", false), ("https://example.com/\n", false),
        ("https://example.com/\\", false), ("https://example.com/<a>", false), ("https://example.com/\"", false),
        ("https://example.com/{a}", false), ("https://example.com/a|b", false), ("https://example.com/^", false),
        ("https://example.com/`", false), ("https://example.com/\u{7F}", false), ("https://example.com\u{0}", false),
        ("HTTPS://example.com/", false), (" https://example.com/", false), ("javascript:alert(1)", false),
        ("https://example.com\n", false), ("https:/example.com/", false), ("data:text/html,a", false),
    ])
    func `an https URL is absolute, and what RFC 3986 calls one`(text: String, accepted: Bool) throws {
        try agrees(.httpsURL, text, accepted: accepted)
    }

    @Test func `every ASCII character of a URL is judged alike`() throws {
        for byte in UInt8(0)...0x7F {
            for url in ["https://a\(Unicode.Scalar(byte))b/", "https://a/\(Unicode.Scalar(byte))"] {
                try agrees(.httpsURL, url, accepted: Field.httpsURL.code(for: .string(url)) == nil)
            }
        }
    }

    @Test(arguments: [
        ("en", true), ("de-AT", true), ("zh-Hant-TW", true), ("sl-rozaj-biske-1994", true), ("ast", true),
        ("x1", false), ("en-", false), ("-en", false), ("en--US", false), ("en_US", false), ("en US", false),
        ("abcdefghi", false), ("en-abcdefghi", false), ("en\n", false), ("dé", false), ("12", false),
    ])
    func `a language tag has the shape of RFC 5646`(text: String, accepted: Bool) throws {
        try agrees(.languageTag, text, accepted: accepted)
    }

    @Test func `the length is judged before the shape`() {
        #expect(Field.languageTag.code(for: "e") == "too_short")
        #expect(Field.languageTag.code(for: .string(String(repeating: "a-", count: 18))) == "too_long")
        #expect(Field.httpsURL.code(for: .string("https://a/" + String(repeating: "a", count: 2_038))) == nil)
        #expect(Field.httpsURL.code(for: .string("https://a/" + String(repeating: "a", count: 2_039))) == "too_long")
        #expect(Field<String>.line(2...3).code(for: " ") == "too_short")
    }
}
