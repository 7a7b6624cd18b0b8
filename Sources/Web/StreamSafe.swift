import CUTF8Proc

extension StringProtocol {
    /// Whether the text is in Stream-Safe Text Format (Unicode Standard Annex #15, D4): when normalized to NFKD it
    /// would have no more than 30 characters in a row that combine with what stands before them.
    ///
    /// Sorting such a row takes quadratic time, and whoever compares, hashes or normalizes a text by the rules of
    /// Unicode sorts. No language needs more than a few.
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
            // A scalar is never refused, and none is longer than the buffer.
            guard (0...longestDecomposition).contains(count) else { return false }
            for part in decomposition.prefix(count) {
                row = utf8proc_get_property(part).pointee.combining_class == 0 ? 0 : row + 1
                if row > longestRow { return false }
            }
        }
        return true
    }
}

/// Code points; 18, of U+FDFA, is the most that a character of Unicode has in NFKD.
private let longestDecomposition = 32
private let longestRow = 30

extension Rejection {
    /// Of a text that is not `isStreamSafe`.
    public static let marks = Rejection("format", "Must not have more than 30 marks in a row.")
}
