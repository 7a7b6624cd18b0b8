import Web

/// A text that is plainly a name, so a mail may repeat it.
///
/// Users who register or invite an address choose names that reach people who have not asked for mail. A name with room
/// for a link or a telephone number would turn our mails into advertisements. So a mail repeats a name only if it
/// consists of letters, marks, spaces, hyphens and apostrophes, at most 50 of them, of one script or a usual mixture.
public struct PlainName: Sendable, Equatable {
    /// The name on one line, its blanks as U+0020.
    public let text: String

    /// Reads the name of a person.
    /// - Parameter isVerified: whether the mail goes to an address that its owner has verified. Then full stops after
    ///   initials and abbreviations are allowed: `J.R.R. Tolkien`. Otherwise a full stop is only allowed after a single
    ///   initial between two words: `Grace B. Hopper`.
    /// - Returns: `nil` where this is not plainly a name.
    public init?(person name: String, isVerified: Bool) {
        self.init(name, besides: isVerified ? ["."] : [], mayHaveInitial: true)
    }

    /// Reads the name of an organization or a thing, which may also have `&` and up to four digits: `Müller & Söhne`,
    /// `Studio 54`.
    /// - Returns: `nil` where this is not plainly a name.
    public init?(organization name: String) {
        self.init(name, besides: Self.digits.union(["&"]))
    }

    /// The maximum length of a name in code points. Longer ones are sentences.
    private static let longest = 50

    /// The maximum number of digits of a name: enough for a year, but not for a telephone number.
    private static let mostDigits = 4

    /// The maximum number of marks on one letter, which pointed Hebrew needs.
    private static let mostMarks = 4

    private static let digits = Set("0123456789".unicodeScalars)

    /// Spaces, hyphens and apostrophes, among them the letters that look like those (Unicode Standard, section 6.2).
    private static let joiners = Set(" -'\u{2010}\u{2011}\u{2018}\u{2019}\u{02B9}\u{02BB}\u{02BC}".unicodeScalars)

    /// Letters that people read as a full stop, a colon, or another sign between words.
    private static let signs = Set(
        "\u{1C0}\u{1C1}\u{1C2}\u{1C3}\u{2D0}\u{2D1}\u{3031}\u{3032}\u{3033}\u{3034}\u{3035}\u{A78F}".unicodeScalars)

    /// Letters of Thai and Lao names that NFKC decomposes.
    private static let decomposing: Set<Unicode.Scalar> = ["\u{0E33}", "\u{0EB3}"]

    private init?(_ name: String, besides others: Set<Unicode.Scalar>, mayHaveInitial: Bool = false) {
        let scalars = name.unicodeScalars.prefix(Self.longest + 1).map {
            $0.properties.generalCategory == .spaceSeparator ? " " : $0
        }
        let unabbreviated = mayHaveInitial ? Self.withoutInitials(scalars) : scalars
        let letters = scalars.filter { $0.isNameLetter || $0.isNameMark }
        guard scalars.count <= Self.longest, letters.contains(where: \.isNameLetter),
            unabbreviated.allSatisfy({
                $0.isNameLetter && !Self.signs.contains($0) || $0.isNameMark || Self.joiners.contains($0)
                    || others.contains($0)
            }),
            scalars.count(where: Self.digits.contains) <= Self.mostDigits,
            Self.haveMarksOnLetters(scalars), !Self.haveLinks(scalars), Self.areOfUsualScripts(letters),
            scalars.split(separator: " ").allSatisfy(Self.hasOneSeam),
            Self.areOrdinaryLetters(letters)
        else { return nil }
        text = String(String.UnicodeScalarView(scalars))
    }

    /// The name without full stops after single initials between two words without full stops, so no two such initials
    /// are adjacent.
    private static func withoutInitials(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let words = scalars.split(separator: " ", omittingEmptySubsequences: false)
        func isWord(_ index: Int) -> Bool {
            words.indices.contains(index) && !words[index].isEmpty && !words[index].contains(".")
        }
        let kept = words.indices.map { index in
            let word = words[index]
            let isInitial = word.count == 2 && word.last == "." && word.first?.isNameLetter == true
            return isInitial && isWord(index - 1) && isWord(index + 1) ? word.dropLast() : word
        }
        return Array(kept.joined(separator: [" "]))
    }

    private static func haveMarksOnLetters(_ scalars: [Unicode.Scalar]) -> Bool {
        var marks: Int?
        for scalar in scalars {
            if scalar.isNameMark {
                guard let count = marks, count < mostMarks else { return false }
                marks = count + 1
            } else {
                marks = scalar.isNameLetter ? 0 : nil
            }
        }
        return true
    }

    /// Whether a full stop is between letters that a mail program could take for a domain; between initials it is
    /// allowed.
    private static func haveLinks(_ scalars: [Unicode.Scalar]) -> Bool {
        scalars.split(separator: " ").contains { word in
            word.split(separator: ".").dropFirst().contains { $0.count > 1 }
        }
    }

    /// Whether these are ordinary letters, not mathematical or full-width forms.
    private static func areOrdinaryLetters(_ letters: [Unicode.Scalar]) -> Bool {
        let text = String(String.UnicodeScalarView(letters.filter { !decomposing.contains($0) }))
        guard let composed = try? text.nfcUTF8, let compatible = try? text.nfkcUTF8 else { return false }
        return composed == compatible
    }

    /// Whether one set of scripts contains all letters, by Script_Extensions: "highly restrictive" (Unicode Technical
    /// Standard 39, section 5.2), of the scripts in everyday use (Annex 31, table 5).
    private static func areOfUsualScripts(_ letters: [Unicode.Scalar]) -> Bool {
        let text = String(String.UnicodeScalarView(letters.filter { !joiners.contains($0) }))
        return (mixtures + scripts.map { [$0] }).contains { scripts in
            let pattern = "[" + (scripts + ["Inherited"]).map { "\\p{scx=\($0)}" }.joined() + "]+"
            guard let expression = try? Regex(pattern).matchingSemantics(.unicodeScalar) else { return false }
            return (try? expression.wholeMatch(in: text)) != nil
        }
    }

    /// Whether the letters of a word change at most once between Latin and other scripts, as in `ミラーJohn`. Single
    /// letters of other scripts between Latin ones can look like signs.
    private static func hasOneSeam(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
        let areLatin = word.filter { $0.isNameLetter && !joiners.contains($0) }.map {
            String($0).wholeMatch(of: /\p{Script=Latin}/) != nil
        }
        return zip(areLatin, areLatin.dropFirst()).count { $0 != $1 } <= 1
    }

    private static let mixtures = [
        ["Latin", "Han", "Hiragana", "Katakana"], ["Latin", "Han", "Bopomofo"], ["Latin", "Han", "Hangul"],
    ]

    static let scripts = [
        "Latin", "Arabic", "Armenian", "Bengali", "Bopomofo", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek",
        "Gujarati", "Gurmukhi", "Hangul", "Han", "Hebrew", "Hiragana", "Kannada", "Katakana", "Khmer", "Lao",
        "Malayalam",
        "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan",
    ]
}

extension Unicode.Scalar {
    fileprivate var isNameLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            !properties.isDefaultIgnorableCodePoint
        default: false
        }
    }

    fileprivate var isNameMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: !properties.isDefaultIgnorableCodePoint
        default: false
        }
    }
}
