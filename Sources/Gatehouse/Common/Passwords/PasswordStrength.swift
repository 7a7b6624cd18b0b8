import CZxcvbn
import Web

/// libzxcvbn's estimate of a password's resistance to guessing.
struct PasswordStrength: Sendable {
    /// The base-2 logarithm of the guesses that are needed.
    let bits: Double

    /// The longest recognised pattern; `nil` if there is none.
    let weakness: Weakness?

    /// The patterns that a guesser would try before all combinations of characters.
    enum Weakness: Sendable, CaseIterable {
        /// A common password, an English word or a common name.
        case word
        /// The same with letters replaced by digits or signs.
        case disguisedWord
        /// One of the caller's words.
        case personal
        /// The same with letters replaced by digits or signs.
        case disguisedPersonal
        /// One or several characters, repeated.
        case repetition
        /// The alphabet or the digits, in steps of the same size.
        case sequence
        /// Adjacent keys.
        case keyboard
        /// A date or a year.
        case date
    }

    /// Estimates a password.
    ///
    /// Only its beginning counts; see `PasswordTranscript`.
    /// - Parameter personal: words that a guesser who knows the person would try first.
    /// - Throws: `NormalizationError` when memory runs out.
    init(of password: String, personal: [String]) throws(NormalizationError) {
        let transcript = try PasswordTranscript(password, words: personal)
        var matches: UnsafeMutablePointer<ZxcMatch_t>?
        bits = transcript.withCStrings { password, words in ZxcvbnMatch(password, &words, &matches) }
        defer { ZxcvbnFreeInfo(matches) }
        weakness = Self.longestPattern(in: matches)
    }

    private static func longestPattern(in first: UnsafeMutablePointer<ZxcMatch_t>?) -> Weakness? {
        var longest: (weakness: Weakness, length: Int32)?
        var next = first
        while let match = next?.pointee {
            if let weakness = Weakness(match.Type), match.Length > longest?.length ?? 0 {
                longest = (weakness, match.Length)
            }
            next = match.Next
        }
        return longest?.weakness
    }
}

extension PasswordStrength.Weakness {
    /// The meaning of a match of libzxcvbn; `nil` for characters without a pattern.
    fileprivate init?(_ type: ZxcTypeMatch_t) {
        let isRepeated = type.rawValue & MULTIPLE_MATCH.rawValue != 0
        switch ZxcTypeMatch_t(rawValue: type.rawValue & ~MULTIPLE_MATCH.rawValue) {
        case DICTIONARY_MATCH: self = .word
        case DICT_LEET_MATCH: self = .disguisedWord
        case USER_MATCH: self = .personal
        case USER_LEET_MATCH: self = .disguisedPersonal
        case REPEATS_MATCH: self = .repetition
        case SEQUENCE_MATCH: self = .sequence
        case SPATIAL_MATCH: self = .keyboard
        case DATE_MATCH, YEAR_MATCH: self = .date
        case BRUTE_MATCH where isRepeated: self = .repetition
        default: return nil
        }
    }
}
