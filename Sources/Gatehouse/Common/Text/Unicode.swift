import CUTF8Proc
import Glibc

extension String {
    /// The same text in Normalization Form C (Unicode Standard Annex #15).
    ///
    /// Any text is accepted, U+0000 and unassigned characters included. The form of assigned characters
    /// never changes from one Unicode version to the next, so what was derived from it (a password hash)
    /// stays valid.
    /// - Throws: `NormalizationError` when memory runs out; a `String` gives no other cause.
    var nfc: String {
        get throws(NormalizationError) { String(decoding: try nfcUTF8, as: UTF8.self) }
    }

    /// The bytes of `nfc`, made without leaving another copy in memory.
    var nfcUTF8: [UInt8] {
        get throws(NormalizationError) {
            var text = self
            let (length, composed) = text.withUTF8 { source in
                var composed: UnsafeMutablePointer<UInt8>?
                let options = UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue
                let length = utf8proc_map(
                    source.baseAddress, source.count, &composed, utf8proc_option_t(rawValue: options))
                return (length, composed)
            }
            guard length >= 0, let composed else { throw NormalizationError(code: length) }
            defer {
                explicit_bzero(composed, length)
                free(composed)
            }
            return Array(UnsafeBufferPointer(start: composed, count: length))
        }
    }

    /// The same text for comparing words: compatibility forms replaced, case folded, marks and ignorable characters left out
    /// (Unicode Standard, section 5.18; Annex #15). Empty where memory runs out.
    var withoutCaseAndMarks: String {
        var text = self
        return text.withUTF8 { source in
            var folded: UnsafeMutablePointer<UInt8>?
            let options =
                UTF8PROC_STABLE.rawValue | UTF8PROC_COMPAT.rawValue | UTF8PROC_DECOMPOSE.rawValue
                | UTF8PROC_CASEFOLD.rawValue | UTF8PROC_STRIPMARK.rawValue | UTF8PROC_IGNORE.rawValue
            let length = utf8proc_map(source.baseAddress, source.count, &folded, utf8proc_option_t(rawValue: options))
            guard length >= 0, let folded else { return "" }
            defer { free(folded) }
            return String(decoding: UnsafeBufferPointer(start: folded, count: length), as: UTF8.self)
        }
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
