import CUTF8Proc

extension StringProtocol {
    /// Whether the text is in Stream-Safe Text Format (Unicode Standard Annex #15, D4): normalized to NFKD, it would
    /// have at most 30 non-starters in a row.
    ///
    /// Comparing, hashing and normalizing by Unicode's rules sort such a row, which takes quadratic time. No language
    /// needs more than a few.
    public var isStreamSafe: Bool {
        var decomposition: [Int32] = Array(repeating: 0, count: Int(longestDecomposition))
        var row = 0
        for scalar in unicodeScalars {
            if scalar.isASCII {
                row = 0
                continue
            }
            var boundClass: Int32 = 0
            let count = utf8proc_decompose_char(
                Int32(scalar.value), &decomposition, longestDecomposition,
                utf8proc_option_t(rawValue: UTF8PROC_DECOMPOSE.rawValue | UTF8PROC_COMPAT.rawValue), &boundClass)
            // No scalar is refused, and none is longer than the buffer.
            guard (0...longestDecomposition).contains(count) else { return false }
            for part in decomposition.prefix(count) {
                row = utf8proc_get_property(part).pointee.combining_class == 0 ? 0 : row + 1
                if row > longestRow { return false }
            }
        }
        return true
    }
}

/// In code points. The longest decomposition of a character in NFKD is that of U+FDFA, with 18.
private let longestDecomposition = 32
private let longestRow = 30

extension Rejection {
    /// The rejection of a text that is not `isStreamSafe`.
    package static let marks = Rejection("format", "Must not have more than 30 marks in a row.")
}
