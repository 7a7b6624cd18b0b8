import Testing

@testable import Web

/// The table of refused characters, its pattern in the document, and the code, each compared with the others and with
/// the standard library's data, for every scalar.
@Suite struct ReadableTextTests {
    private static let all = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)

    @Test func `no scalar that Unicode does not display is readable`() {
        for scalar in Self.all {
            let properties = scalar.properties
            let isRefused =
                properties.isDefaultIgnorableCodePoint || properties.isBidiControl || properties.isNoncharacterCodePoint
                || properties.generalCategory == .control || properties.generalCategory == .privateUse
            if scalar.isReadable == isRefused, !(0xFFF9...0xFFFB).contains(scalar.value) {
                Issue.record("U+\(String(scalar.value, radix: 16))")
            }
        }
    }

    /// The pattern cannot recognize marks, which are visible only on another character.
    @Test func `line and pattern agree on every scalar`() throws {
        let field = Field<String>.line(1...9)
        let pattern = try #require(field.schema["pattern"]?.string)
        let expression = try Regex(pattern).matchingSemantics(.unicodeScalar)
        for scalar in Self.interesting {
            let isAccepted = field.code(for: .string(String(scalar))) == nil
            let isMatched = try expression.wholeMatch(in: String(scalar)) != nil
            let isMark = scalar.isReadable && !scalar.isVisible && isMatched
            #expect(isAccepted == isMatched || isMark, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test func `paragraphs and pattern agree on every scalar`() throws {
        let field = Field<String>.paragraphs(0...2)
        let pattern = try #require(field.schema["pattern"]?.string)
        let expression = try Regex(pattern).matchingSemantics(.unicodeScalar)
        for scalar in Self.interesting {
            let text = "a\(scalar)"
            let isAccepted = field.code(for: .string(text)) == nil
            #expect(try isAccepted == (expression.wholeMatch(in: text) != nil), "U+\(String(scalar.value, radix: 16))")
        }
    }

    /// Scalars at which the result can change: the bounds of each range and their neighbours, all white space, and
    /// ASCII.
    private static let interesting: [Unicode.Scalar] = {
        let ranges = ReadableText.hidden + ReadableText.blank + [0x0...0x1F, 0x7F...0x9F, 0x2028...0x2029]
        let bounds = Set(ranges.flatMap { [$0.lowerBound &- 1, $0.lowerBound, $0.upperBound, $0.upperBound + 1] })
        return all.filter {
            $0.isASCII || $0.properties.isWhitespace || bounds.contains($0.value) || $0.value % 4001 == 0
        }
    }()

    @Test(arguments: [
        ("", true), ("a\r\n\tb\u{2028}c\n", true), ("\n \n", false), ("\u{7}a", false), ("a\u{200D}", false),
    ])
    func `paragraphs have lines, and visible text unless they are empty`(text: String, isAccepted: Bool) throws {
        let field = Field<String>.paragraphs(0...20)
        #expect((field.code(for: .string(text)) == nil) == isAccepted)
        let pattern = try #require(field.schema["pattern"]?.string)
        #expect(try (Regex(pattern).matchingSemantics(.unicodeScalar).wholeMatch(in: text) != nil) == isAccepted)
    }

    @Test func `a refusal names the invisible character`() {
        let rejection = Field<String>.line(1...9).rejection(of: "a\u{AD}b")
        #expect(rejection?.message == "Must not contain U+00AD, which is invisible.")
    }

    @Test(arguments: ["\u{301}", "\u{20DD}\u{301}", " \u{2800} "])
    func `a line of marks and blanks is refused`(text: String) {
        #expect(Field<String>.line(1...9).code(for: .string(text)) == "format")
    }
}
