import FoundationEssentials

/// The values of a mail's header fields.
///
/// Text from outside passes `onOneLine` first, and becomes either harmless ASCII characters or encoded words, so no
/// value can end its line or begin another field.
enum MailHeader {
    /// Columns for a value that follows the longest field name here, `Subject: `, in lines of at most 76
    /// (RFC 2047, section 2).
    private static let columns = 67

    /// Octets of text in one encoded word: what Base64 turns into 52 columns, which with `=?UTF-8?B??=` stay
    /// under `columns`.
    private static let octetsPerWord = 39

    /// Characters that a display name may have unencoded: those of atoms (RFC 5322, section 3.2.3) except those of
    /// encoded words.
    private static let phraseCharacters = Set(
        " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/^`{|}~".utf8)

    /// An unstructured value, such as a subject.
    static func text(_ value: String) -> String {
        let line = value.onOneLine
        let isPlain = line.utf8.count <= columns && !line.contains("=?") && line.utf8.allSatisfy { $0 < 0x7F }
        return isPlain ? line : encodedWords(line)
    }

    /// An address with a display name, which may be empty.
    static func mailbox(_ address: EmailAddress, named name: String) -> String {
        let line = name.onOneLine
        if line.isEmpty { return address.mailbox }
        let isPlain = line.utf8.count <= columns && line.utf8.allSatisfy(phraseCharacters.contains)
        return "\(isPlain ? line : encodedWords(line))\r\n <\(address.mailbox)>"
    }

    /// A date in UTC (RFC 5322, section 3.3).
    static func date(_ date: Date) -> String {
        date.utc("%a, %d %b %Y %H:%M:%S +0000")
    }

    /// Words in Base64, one on each line, each with whole characters (RFC 2047, section 4.1).
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let octets = Array(String(scalar).utf8)
            if words[words.count - 1].count + octets.count > octetsPerWord { words.append([]) }
            words[words.count - 1] += octets
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}
