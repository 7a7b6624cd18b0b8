import CUTF8Proc
import Glibc

extension String {
    /// The most code points that NFC makes one of (of U+1F82 and its like): a text of more than four times a length is longer than
    /// that in NFC too.
    static let mostDecomposed = 4

    /// The same text in Normalization Form C (Unicode Standard Annex #15).
    ///
    /// Any text is accepted, U+0000 and unassigned characters included. It takes time that grows with the square of the longest
    /// row of marks, so what comes from outside must be short and `isStreamSafe`. The form of assigned characters
    /// never changes from one Unicode version to the next, so what was derived from it (a password hash)
    /// stays valid.
    /// - Throws: `NormalizationError` when memory runs out; a `String` gives no other cause.
    var nfc: String {
        get throws(NormalizationError) { String(decoding: try nfcUTF8, as: UTF8.self) }
    }

    /// The bytes of `nfc`, made without leaving another copy in memory.
    var nfcUTF8: [UInt8] {
        get throws(NormalizationError) { try mapped(by: UTF8PROC_COMPOSE.rawValue) }
    }

    /// The same text for comparing words: compatibility forms replaced, case folded, marks and ignorable characters left out
    /// (Unicode Standard, section 5.18; Annex #15).
    /// - Throws: `NormalizationError` when memory runs out.
    var withoutCaseAndMarks: String {
        get throws(NormalizationError) {
            let options =
                UTF8PROC_COMPAT.rawValue | UTF8PROC_DECOMPOSE.rawValue | UTF8PROC_CASEFOLD.rawValue
                | UTF8PROC_STRIPMARK.rawValue | UTF8PROC_IGNORE.rawValue
            return String(decoding: try mapped(by: options), as: UTF8.self)
        }
    }

    /// What libutf8proc makes of the bytes, without leaving another copy in memory.
    private func mapped(by options: UInt32) throws(NormalizationError) -> [UInt8] {
        var text = self
        let (length, mapped) = text.withUTF8 { source in
            var mapped: UnsafeMutablePointer<UInt8>?
            let options = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | options)
            return (utf8proc_map(source.baseAddress, source.count, &mapped, options), mapped)
        }
        guard length >= 0, let mapped else { throw NormalizationError(code: length) }
        defer {
            explicit_bzero(mapped, length)
            free(mapped)
        }
        return Array(UnsafeBufferPointer(start: mapped, count: length))
    }

    /// The same text on one line that keeps its own direction: each control character, line separator and
    /// bidirectional control (Unicode Standard Annex #9) is replaced by a space.
    var onOneLine: String {
        var line = UnicodeScalarView()
        for scalar in unicodeScalars {
            let isControl =
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: true
                default: scalar.properties.isBidiControl
                }
            line.append(isControl ? " " : scalar)
        }
        return String(line)
    }
}

/// libutf8proc could not normalise a text.
struct NormalizationError: Error, Equatable, CustomStringConvertible {
    /// One of the `UTF8PROC_ERROR_…` values.
    let code: Int

    /// libutf8proc's own words for the code.
    var description: String { "cannot normalise a text: \(String(cString: utf8proc_errmsg(code)))" }
}
