import Testing

@testable import Web

/// A rule exists twice: as a pattern in the document and as code. Both must agree.
@Suite struct FieldPatternTests {
    private func agrees(_ field: Field<String>, _ text: String, accepted: Bool) throws {
        #expect((field.code(for: .string(text)) == nil) == accepted, "code: \(text.debugDescription)")
        let pattern = try #require(field.schema["pattern"]?.string)
        let matches = try Regex(pattern).matchingSemantics(.unicodeScalar).wholeMatch(in: text) != nil
        #expect(matches == accepted, "pattern: \(text.debugDescription)")
    }

    @Test(arguments: [
        ("a", true), (" a ", true), ("Zoë Müller", true), ("名前", true), ("👩🏽", true), ("\u{A0}a", true),
        ("👩‍👩‍👧‍👦", false), ("a\u{200B}", false), ("\u{2800}", false), ("\u{3164}", false), ("a\u{E0020}", false),
        ("\u{E000}", false),
        (" ", false), ("\u{A0}", false), ("\u{2003}\u{3000}", false), ("a\nb", false), ("a\r", false), ("\ta", false),
        ("a\u{0}", false), ("\u{7F}a", false), ("a\u{85}b", false), ("a\u{9F}", false), ("a\u{2028}b", false),
        ("a\u{2029}", false), ("a\r\nb", false), ("\u{1F}a", false), ("a\u{A0}\u{2027}", true), ("a\u{202A}", false),
    ])
    func `a line has no breaks or controls and is not blank`(text: String, accepted: Bool) throws {
        try agrees(.line(1...100), text, accepted: accepted)
    }

    /// No JSON and no query with a NUL gets that far.
    @Test(arguments: [("", true), ("a\nb\u{1}\u{FFFF}", true), ("\u{0}", false), ("a\u{0}\n", false)])
    func `a text has any characters but NUL`(text: String, accepted: Bool) throws {
        try agrees(.text(0...9), text, accepted: accepted)
    }

    @Test(arguments: [
        ("en", true), ("de-AT", true), ("zh-Hant-TW", true), ("sl-rozaj-biske-1994", true), ("ast", true),
        ("x1", false), ("en-", false), ("-en", false), ("en--US", false), ("en_US", false), ("en US", false),
        ("abcdefghi", false), ("en-abcdefghi", false), ("en\n", false), ("dé", false), ("12", false),
        ("de\u{212A}", false),
    ])
    func `a language tag has the form of RFC 5646`(text: String, accepted: Bool) throws {
        try agrees(.languageTag, text, accepted: accepted)
    }

    @Test func `the length is checked before the form`() {
        #expect(Field.languageTag.code(for: "e") == "too_short")
        #expect(Field.languageTag.code(for: .string(String(repeating: "a-", count: 18))) == "too_long")
        #expect(Field<String>.line(2...3).code(for: " ") == "too_short")
    }
}
