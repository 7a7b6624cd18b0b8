import CUTF8Proc
import Glibc

extension String {
    /// The maximum number of code points that NFC composes to one (U+1F82 and similar ones): a text of more than four
    /// times a length is longer than that length in NFC too.
    package static let mostDecomposed = 4

    /// The same text in Normalization Form C (Unicode Standard Annex #15).
    ///
    /// Any text is accepted, including U+0000 and unassigned characters. The time grows with the square of the longest
    /// row of marks, so text from outside must be short and `isStreamSafe`. The form of assigned characters never
    /// changes between Unicode versions, so values derived from it (password hashes) stay valid.
    /// - Throws: `NormalizationError` when memory runs out; a `String` gives no other cause.
    public var nfc: String {
        get throws(NormalizationError) { String(decoding: try nfcUTF8, as: UTF8.self) }
    }

    /// The bytes of `nfc`, made without leaving another copy in memory.
    package var nfcUTF8: [UInt8] {
        get throws(NormalizationError) { try mapped(by: UTF8PROC_COMPOSE.rawValue) }
    }

    /// The text in NFC, if its number of code points in NFC is in the range, so composed and decomposed spellings are
    /// equally long. A rough limit is checked before it is normalised.
    package func normalized(_ length: ClosedRange<Int>) -> Result<String, Rejection> {
        let tooLong = Rejection("too_long", "Must have at most \(length.upperBound) characters.")
        guard unicodeScalars.count <= length.upperBound * Self.mostDecomposed else { return .failure(tooLong) }
        guard isStreamSafe else { return .failure(.marks) }
        guard let text = try? nfc else { return .failure(.notNormalizable) }
        let count = text.unicodeScalars.count
        if count > length.upperBound { return .failure(tooLong) }
        guard count < length.lowerBound else { return .success(text) }
        let message = count == 0 ? "Must not be empty." : "Must have at least \(length.lowerBound) characters."
        return .failure(Rejection("too_short", message))
    }

    /// The result of libutf8proc, without another copy in memory.
    /// - Parameter replacement: what to take each code point for, before anything else is done with it. Its type is
    ///   spelled out, since the compiler's tool that compares libraries (`make check-api`) breaks on names of C types.
    package func mapped(
        by options: UInt32,
        _ replacement: (@convention(c) (_ codePoint: Int32, _ data: UnsafeMutableRawPointer?) -> Int32)? = nil
    ) throws(NormalizationError) -> [UInt8] {
        var text = self
        let (length, mapped) = text.withUTF8 { source in
            var mapped: UnsafeMutablePointer<UInt8>?
            let options = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | options)
            let length = utf8proc_map_custom(
                source.baseAddress, source.count, &mapped, options, replacement, nil)
            return (length, mapped)
        }
        guard length >= 0, let mapped else { throw NormalizationError(code: length) }
        defer {
            explicit_bzero(mapped, length)
            free(mapped)
        }
        return Array(UnsafeBufferPointer(start: mapped, count: length))
    }
}

extension Rejection {
    /// The rejection of a text that cannot be normalised.
    package static let notNormalizable = Rejection("format", "Must be Unicode text that can be normalised.")
}

/// libutf8proc could not normalise a text.
public struct NormalizationError: Error, Equatable, CustomStringConvertible {
    /// One of the `UTF8PROC_ERROR_…` values.
    let code: Int

    /// libutf8proc's own words for the code.
    public var description: String { "cannot normalise a text: \(String(cString: utf8proc_errmsg(code)))" }
}
