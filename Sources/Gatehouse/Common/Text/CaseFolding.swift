import CUTF8Proc
import Web

extension String {
    /// The same text for comparing identifiers without regard to case: NFC of the simple case folding of NFD (Unicode
    /// Standard, sections 3.13 and 5.18; CaseFolding.txt, status C and S).
    ///
    /// A letter is folded to one letter, so `ß` differs from `ss`, as in domains. A letter beyond ASCII is never folded
    /// to an ASCII letter: `ſ` differs from `s`. The folding of a letter never changes between Unicode versions.
    /// - Throws: `NormalizationError` when memory runs out.
    var caseFolded: String {
        get throws(NormalizationError) {
            String(decoding: try nfd.mapped(by: UTF8PROC_COMPOSE.rawValue, foldedSimply), as: UTF8.self)
        }
    }

    /// The same text in Normalization Form D (Unicode Standard Annex #15).
    /// - Throws: `NormalizationError` when memory runs out.
    var nfd: String {
        get throws(NormalizationError) { String(decoding: try mapped(by: UTF8PROC_DECOMPOSE.rawValue), as: UTF8.self) }
    }

    /// The same text with compatibility forms replaced, in NFKC (Unicode Standard Annex #15).
    /// - Throws: `NormalizationError` when memory runs out.
    var nfkc: String {
        get throws(NormalizationError) {
            let options = UTF8PROC_COMPAT.rawValue | UTF8PROC_COMPOSE.rawValue
            return String(decoding: try mapped(by: options), as: UTF8.self)
        }
    }
}

/// The folding of a code point of a text in NFD. libutf8proc has the full folding; if that has several letters, the
/// simple folding is the lower case, for example of `ẞ`, or the letter itself.
private func foldedSimply(_ codePoint: Int32, _: UnsafeMutableRawPointer?) -> Int32 {
    let capacity = 4
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: capacity) { buffer in
        var boundClass: Int32 = 0
        let length = utf8proc_decompose_char(
            codePoint, buffer.baseAddress, capacity, UTF8PROC_CASEFOLD, &boundClass)
        let folded = length == 1 ? buffer[0] : utf8proc_tolower(codePoint)
        return folded < 0x80 && codePoint >= 0x80 ? codePoint : folded
    }
}
