/// The characters that are allowed in texts for people: names, descriptions, addresses.
///
/// Texts that look alike must be equal, and a text must have something visible. So all texts for people refuse these
/// characters, which are defined only here: controls; everything with the property Default_Ignorable_Code_Point
/// (Unicode Standard, section 5.21), which is invisible and includes bidirectional controls; the characters of
/// interlinear annotation; private use; noncharacters. The freeform class of PRECIS (RFC 8264, section 4.3) refuses the
/// same, apart from U+200C and U+200D, which it allows in some words. Here they are refused as well, and emoji that are
/// joined by U+200D or followed by U+FE0F with them.
package enum ReadableText {
    /// Characters that are invisible, or without a common appearance; except controls.
    static let hidden: [ClosedRange<UInt32>] =
        [
            0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F,
            0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xE000...0xF8FF, 0xFDD0...0xFDEF,
            0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF0...0xFFFB, 0xFFFE...0xFFFF, 0x1BCA0...0x1BCA3,
            0x1D173...0x1D17A,
        ] + (UInt32(1)...13).map { $0 << 16 | 0xFFFE...$0 << 16 | 0xFFFF } + [0xE0000...0xE0FFF, 0xEFFFE...0x10FFFF]

    /// Characters besides white space that take up room but show nothing: the empty braille pattern, the null notehead,
    /// and blanks and joiners of hieroglyphs.
    static let blank: [ClosedRange<UInt32>] = [0x2800...0x2800, 0x1D159...0x1D159, 0x13430...0x13442]

    /// The same as the inside of a character class of ECMA-262.
    static let blankClass = characterClass(blank)

    /// Controls and line separators, as the inside of a character class of ECMA-262.
    static let breaks = #"\u0000-\u001f\u007f-\u009f\u2028\u2029"#
    /// The same without line breaks and tabs.
    static let controls = #"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"#

    /// Hidden characters, as the inside of a character class of ECMA-262.
    package static let hiddenClass = characterClass(hidden)

    /// The inside of a character class of ECMA-262 with the flag `u`, also valid for other readers of patterns: they
    /// have no common escape beyond U+FFFF, so those characters are written literally.
    static func characterClass(_ ranges: [ClosedRange<UInt32>]) -> String {
        ranges.map { range in
            let first = character(range.lowerBound)
            return range.count == 1 ? first : "\(first)-\(character(range.upperBound))"
        }.joined()
    }

    private static func character(_ value: UInt32) -> String {
        if value > 0xFFFF { return Unicode.Scalar(value).map { String($0) } ?? "" }
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}

extension Unicode.Scalar {
    /// Whether a text for people may contain this character: it is neither a control nor hidden.
    package var isReadable: Bool {
        if isASCII { return (0x20...0x7E).contains(value) }
        return properties.generalCategory != .control && !ReadableText.hidden.contains { $0.contains(value) }
    }

    /// Whether this is visible by itself: neither white space nor another blank, nor a mark, which needs a base
    /// character.
    var isVisible: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: false
        default: isReadable && !properties.isWhitespace && !ReadableText.blank.contains { $0.contains(value) }
        }
    }

    /// Line separators, which Unicode does not count as controls.
    fileprivate var separatesLines: Bool { self == "\u{2028}" || self == "\u{2029}" }
    fileprivate var isLineBreakOrTab: Bool { self == "\n" || self == "\r" || self == "\t" || separatesLines }

    /// Such as U+200B.
    fileprivate var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}

extension Field where Value == String {
    /// One line of text for people, such as a name: no controls, line separators or hidden characters, and at least one
    /// visible character.
    public static func line(_ length: ClosedRange<Int>) -> Field {
        let refused = ReadableText.breaks + ReadableText.hiddenClass
        return text(length).narrowed(
            "^[^\(refused)]*[^\(refused)\\s\(ReadableText.blankClass)][^\(refused)]*$"
        ) { text in
            if let fault = fault(of: text, "Must be one line of text.", except: { _ in false }) { return fault }
            return text.unicodeScalars.contains(where: \.isVisible) ? nil : nothingToSee
        }
    }

    /// Text of several lines for people: no controls except tabs and line breaks, no hidden characters, and at least
    /// one visible character unless it is empty.
    public static func paragraphs(_ length: ClosedRange<Int>) -> Field {
        let refused = ReadableText.controls + ReadableText.hiddenClass
        return text(length).narrowed(
            "^([^\(refused)]*[^\(refused)\\s\(ReadableText.blankClass)][^\(refused)]*)?$"
        ) { text in
            if let fault = fault(of: text, "Must not contain control characters.", except: \.isLineBreakOrTab) {
                return fault
            }
            return text.isEmpty || text.unicodeScalars.contains(where: \.isVisible) ? nil : nothingToSee
        }
    }

    private static func fault(
        of text: String, _ aboutControls: String, except isAllowed: (Unicode.Scalar) -> Bool
    ) -> Rejection? {
        let scalar = text.unicodeScalars.first { !isAllowed($0) && (!$0.isReadable || $0.separatesLines) }
        guard let scalar else { return nil }
        if scalar.properties.generalCategory == .control || scalar.separatesLines {
            return Rejection("format", aboutControls)
        }
        return Rejection("format", "Must not contain \(scalar.codePoint), which is invisible.")
    }

    private static let nothingToSee = Rejection("format", "Must contain visible characters.")

    private func narrowed(_ pattern: String, _ fault: @escaping @Sendable (String) -> Rejection?) -> Field {
        Field(schema: schema.adding("pattern", .string(pattern)), standIn: standIn) { json in
            read(json).flatMap { text in fault(text).map { .failure($0) } ?? .success(text) }
        }
    }
}
