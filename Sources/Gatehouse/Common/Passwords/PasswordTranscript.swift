import Web

/// A password and the words to find in it, in a form that libzxcvbn can process.
///
/// libzxcvbn takes octets for characters, which is correct only for ASCII. So each other character becomes one unique
/// octet: the same emoji eight times is a repetition, eight Cyrillic letters are as many characters as eight Latin
/// ones, and a name in any script is found in any case. libzxcvbn still only knows English words and keyboards.
///
/// Its time grows with the fourth power of the length: for "12" repeated over 100 octets it took 2.5 s. So only the
/// beginning of a password counts, which takes at most about a millisecond.
struct PasswordTranscript {
    private var octets: [CChar] = []
    private var wordStarts: [Int] = []
    private var codes: [String: UInt8] = [:]

    /// Characters of the password, and of each word, that count.
    private static let longestText = 32

    /// The number of characters that count in a row of digits and keypad signs. Such rows take libzxcvbn by far the
    /// longest, and twelve random digits are 40 bits.
    private static let longestRowOfDigits = 12

    /// Words that count.
    private static let mostWords = 16

    /// The first octet for characters other than printable ASCII. Octets before it may be keys of libzxcvbn's British
    /// keyboard.
    private static let firstCode: UInt8 = 0xB0

    /// The octet for all characters that the password does not contain.
    private static let otherCharacter: UInt8 = 0xFF

    /// Transcribes a password and words.
    /// - Throws: `NormalizationError` when memory runs out.
    init(_ password: String, words: [String]) throws(NormalizationError) {
        let password = Self.beginning(of: try password.opaque)
        for scalar in password where !Self.isPrintableASCII(scalar) {
            let key = scalar.properties.lowercaseMapping
            if codes[key] == nil { codes[key] = Self.firstCode + UInt8(codes.count) }
        }
        append(password)
        for word in words.prefix(Self.mostWords) {
            wordStarts.append(octets.count)
            append(Self.beginning(of: try word.nfc))
        }
    }

    /// Lends the password and the words as C strings; a null pointer follows the last word.
    func withCStrings<Result>(
        _ body: (_ password: UnsafePointer<CChar>?, _ words: inout [UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        octets.withUnsafeBufferPointer { octets in
            var words = wordStarts.map { octets.baseAddress?.advanced(by: $0) } + [nil]
            return body(octets.baseAddress, &words)
        }
    }

    private static func beginning(of text: String) -> [Unicode.Scalar] {
        var kept: [Unicode.Scalar] = []
        var rowOfDigits = 0
        for scalar in text.unicodeScalars where kept.count < longestText {
            rowOfDigits = isOnKeypad(scalar) ? rowOfDigits + 1 : 0
            if rowOfDigits <= longestRowOfDigits { kept.append(scalar) }
        }
        return kept
    }

    private mutating func append(_ text: [Unicode.Scalar]) {
        for scalar in text {
            let octet =
                Self.isPrintableASCII(scalar)
                ? UInt8(ascii: scalar) : codes[scalar.properties.lowercaseMapping] ?? Self.otherCharacter
            octets.append(CChar(bitPattern: octet))
        }
        octets.append(0)
    }

    private static func isPrintableASCII(_ scalar: Unicode.Scalar) -> Bool { (" "..."~").contains(scalar) }

    private static func isOnKeypad(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "*", "+", "-", ".", "/", "=": true
        default: false
        }
    }
}
