import Web

/// A password and the words to find in it, as libzxcvbn can read them.
///
/// libzxcvbn takes octets for characters, which only holds for ASCII. So each other character becomes one octet
/// that stands for nothing but itself: eight times the same emoji is a repetition, eight Cyrillic letters are as
/// many characters as eight Latin ones, and a name in any script is found in any case. The words and keyboards
/// that libzxcvbn knows are those of English all the same.
///
/// Its time grows with the fourth power of the length: for "12" over and over, 100 octets took it 2.5 s. So a
/// password counts by its beginning, which takes it about a millisecond at the worst.
struct PasswordTranscript {
    private var octets: [CChar] = []
    private var wordStarts: [Int] = []
    private var codes: [String: UInt8] = [:]

    /// Characters of the password, and of each word, that count.
    private static let longestText = 32

    /// Characters that count in a row of digits and the signs around them on a keypad. Rows of those take
    /// libzxcvbn by far the longest, and twelve random digits are 40 bits.
    private static let longestRowOfDigits = 12

    /// Words that count.
    private static let mostWords = 16

    /// The first octet that stands for a character other than printable ASCII. Those before it may be keys of
    /// libzxcvbn's British keyboard.
    private static let firstCode: UInt8 = 0xB0

    /// Stands for all characters that the password does not have.
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

    /// Lends the password and the words as C strings; behind the last word stands a null pointer.
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
