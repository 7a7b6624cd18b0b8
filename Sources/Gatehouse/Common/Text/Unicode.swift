import CUTF8Proc
import Web

extension String {
    /// The bytes of Normalization Form KC (Unicode Standard Annex #15).
    /// - Throws: `NormalizationError` when memory runs out.
    var nfkcUTF8: [UInt8] {
        get throws(NormalizationError) { try mapped(by: UTF8PROC_COMPAT.rawValue | UTF8PROC_COMPOSE.rawValue) }
    }

    /// The form for comparing words: compatibility forms replaced, case folded, marks and ignorable characters removed
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

    /// The text on one line without effect on the direction of others: each control character, line separator and
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
