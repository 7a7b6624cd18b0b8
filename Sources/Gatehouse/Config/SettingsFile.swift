import Glibc

/// A settings file: lines `NAME=value` in UTF-8. Any other line, except blank ones and comments, is a fault, so no line
/// is silently ignored.
///
/// It is read as bytes, since Swift treats CR and LF together as one character that equals neither.
/// `docs/operations.md` has the rules for such a file; [ADR 10](../../../docs/adr/0010-settings-file-of-our-own.md) the
/// reasons.
package struct SettingsFile: Sendable {
    /// The values in the file. If two lines have the same name, the last one counts.
    package private(set) var values: [String: String] = [:]
    /// One sentence for each faulty line, with its number. It repeats nothing of the line except a name of our own,
    /// since the line may be the rest of a secret.
    package private(set) var faults: [String] = []
    /// The settings that faulty lines may have been intended to set, so they are not reported as missing too.
    private(set) var faulty: Set<String> = []

    /// Why a file could not be read at all.
    package struct Unreadable: Error, CustomStringConvertible {
        /// The system's message, or our own.
        package let description: String
    }

    /// Reads the file at a path, which may also be a pipe.
    /// - Parameter names: those that may stand in it.
    /// - Throws: `Unreadable`.
    package init(path: String, _ names: SettingNames) throws(Unreadable) {
        self.init(try Self.content(of: path), names)
    }

    init(_ content: [UInt8], _ names: SettingNames) {
        let text = content.starts(with: Self.byteOrderMark) ? content[Self.byteOrderMark.count...] : content[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            do throws(Fault) {
                guard let (name, value) = try Self.setting(on: line, names) else { continue }
                values[name] = value
            } catch {
                faults.append("line \(index + 1) of the settings file: \(error.sentence)")
                if let name = Self.meant(on: line, names) { faulty.insert(name) }
            }
        }
    }

    private struct Fault: Error {
        let sentence: String
    }

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The maximum size of a settings file: 1 MiB, about a hundred times the size of one with every setting.
    private static let largest = 1 << 20
}

// MARK: - Lines

extension SettingsFile {
    /// - Returns: `nil` for a blank line or a comment.
    private static func setting(
        on line: ArraySlice<UInt8>, _ names: SettingNames
    ) throws(Fault) -> (name: String, value: String)? {
        let content = trimmed(line)
        // This includes comments: after a character that only some programs take as a line break, a comment may contain
        // a setting.
        try requirePlainText(content)
        guard let first = content.first, first != UInt8(ascii: "#") else { return nil }
        let assignment = withoutExport(content)
        guard let sign = assignment.firstIndex(of: UInt8(ascii: "=")) else {
            throw Fault(sentence: "it is not a setting, since it has no \"=\".")
        }
        let name = String(decoding: trimmed(assignment[..<sign]), as: UTF8.self)
        guard names.mayBeInFile(name) else { throw Fault(sentence: names.unknown(name)) }
        return (name, String(decoding: try unquoted(trimmed(assignment[(sign + 1)...]), of: name), as: UTF8.self))
    }

    /// The setting that a faulty line was intended to set, even if its name is mistyped.
    private static func meant(on line: ArraySlice<UInt8>, _ names: SettingNames) -> String? {
        let assignment = withoutExport(trimmed(line))
        let name = String(decoding: trimmed(assignment.prefix { $0 != UInt8(ascii: "=") }), as: UTF8.self)
        return SettingNames.isLikeOurs(name) ? names.meant(by: name) : nil
    }

    private static func requirePlainText(_ line: ArraySlice<UInt8>) throws(Fault) {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw Fault(sentence: "it is not UTF-8.")
        }
        guard text.unicodeScalars.allSatisfy({ $0 == "\t" || !$0.isControlOrSeparator }) else {
            throw Fault(
                sentence:
                    """
                    it contains a control character. Lines end with LF or CRLF, and values cannot contain control \
                    characters.
                    """)
        }
    }

    /// Removes `export` before a name, as in shells.
    private static func withoutExport(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let word = Array("export".utf8)
        guard line.starts(with: word), line.dropFirst(word.count).first.map(isBlank) == true else { return line }
        return trimmed(line.dropFirst(word.count))
    }

    /// Removes quotes around the whole value. Nothing inside is expanded or escaped; syntax with another meaning in a
    /// shell is a fault, since the author may have intended that meaning.
    private static func unquoted(_ value: ArraySlice<UInt8>, of name: String) throws(Fault) -> ArraySlice<UInt8> {
        guard let quote = value.first, quotes.contains(quote) else {
            try requireBare(value, of: name)
            return value
        }
        let inner = value.dropFirst().dropLast()
        guard value.count >= 2, value.last == quote, !inner.contains(quote) else {
            throw Fault(
                sentence: """
                    the quote at the beginning of \(name) is not closed at its end, or occurs inside. Put single or \
                    double quotes around the whole value; the same kind must not occur inside, and nothing may follow.
                    """)
        }
        return inner
    }

    private static func requireBare(_ value: ArraySlice<UInt8>, of name: String) throws(Fault) {
        if value.last == UInt8(ascii: "\\") {
            throw Fault(
                sentence: """
                    \(name) ends with a backslash, but values cannot continue on the next line; quote the value if it \
                    ends so.
                    """)
        }
        let follows = zip(value, value.dropFirst()).contains { isBlank($0) && $1 == UInt8(ascii: "#") }
        if follows || value.first == UInt8(ascii: "#") {
            throw Fault(
                sentence: "a comment needs its own line; if the # belongs to \(name), quote the value.")
        }
        if typographicQuotes.contains(where: { value.starts(with: $0) }) {
            throw Fault(sentence: "\(name) begins with a typographic quote; use ' or \".")
        }
    }

    private static let quotes = Array("'\"".utf8)
    private static let typographicQuotes = ["\u{2018}", "\u{2019}", "\u{201a}", "\u{201c}", "\u{201d}", "\u{201e}"].map
    {
        Array($0.utf8)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }
}

// MARK: - Reading

extension SettingsFile {
    private static func content(of path: String) throws(Unreadable) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Unreadable(description: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Unreadable(description: String(cString: strerror(errno))) }
            if count == 0 { return content }
            content += buffer[..<count]
            guard content.count <= largest else { throw Unreadable(description: "it is larger than 1 MiB") }
        }
    }
}

extension Unicode.Scalar {
    /// Whether this is a control character, or one of the two that end a line or a paragraph (Unicode, general
    /// categories Cc, Zl and Zp).
    package var isControlOrSeparator: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
