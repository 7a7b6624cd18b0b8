/// The text of a migration file as statements.
///
/// A `;` ends a statement, except in a string, a quoted name or a comment (MariaDB, "Comment Syntax"), and inside
/// BEGIN, CASE, IF, LOOP, REPEAT or WHILE … END of a trigger, procedure, function or event.
enum MigrationScript {
    /// The statements in order, without blanks and comments around them.
    static func statements(of text: String) -> [String] {
        var scanner = Scanner(Array(text.utf8))
        var statements: [String] = []
        while let statement = scanner.statement() { statements.append(statement) }
        return statements
    }

    /// Whether a statement creates or drops a trigger or a function.
    static func changesPrograms(_ text: String) -> Bool {
        statements(of: text).contains { statement in
            // CREATE OR REPLACE DEFINER = … TRIGGER: the kind of object is near the beginning.
            let words = statement.split(whereSeparator: \.isWhitespace).prefix(10).map { $0.uppercased() }
            return ["CREATE", "DROP"].contains(words.first) && words.contains { ["TRIGGER", "FUNCTION"].contains($0) }
        }
    }

    private struct Scanner {
        private let bytes: [UInt8]
        private var position = 0

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// The next statement without its `;`.
        mutating func statement() -> String? {
            var start: Int?
            var words = 0
            var makesProgram = false
            var depth = 0
            // The previous word or sign.
            var previous = ""
            while position < bytes.count {
                if skipComment() { continue }
                let byte = bytes[position]
                if byte == UInt8(ascii: ";"), depth == 0 {
                    defer { position += 1 }
                    guard let start else { continue }
                    return String(decoding: bytes[start..<position], as: UTF8.self)
                }
                if Scanner.isBlank(byte) {
                    position += 1
                    continue
                }
                if byte != UInt8(ascii: ";") { start = start ?? position }
                guard Scanner.isOfWord(byte) else {
                    previous = String(decoding: [byte], as: UTF8.self)
                    skipQuotedOrByte()
                    continue
                }
                let word = word()
                words += 1
                // CREATE OR REPLACE DEFINER = … TRIGGER: the kind of object is near the beginning.
                if Scanner.programs.contains(word), words < 10 { makesProgram = true }
                if words == 1, word == "BEGIN" {
                    makesProgram = true
                    depth = 1
                } else if makesProgram {
                    depth += change(of: word, after: previous)
                }
                previous = word
            }
            return start.map { String(decoding: bytes[$0...], as: UTF8.self) }
        }

        /// The change of depth by a word. IF, LOOP, REPEAT and WHILE open a block only at the beginning of a statement;
        /// IF and REPEAT are functions too.
        private mutating func change(of word: String, after previous: String) -> Int {
            switch word {
            case "BEGIN", "CASE": return 1
            case "IF", "LOOP", "REPEAT", "WHILE": return Scanner.beforeStatements.contains(previous) ? 1 : 0
            case "END":
                skipWordOfEnd()
                return -1
            default: return 0
            }
        }

        private static let programs: Set = ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"]
        /// The words and signs after which a statement of a body begins: FOR EACH ROW, another statement, a block, a
        /// label.
        private static let beforeStatements: Set = ["ROW", ";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", ":"]
        /// The words that may follow END.
        private static let blocks: Set = ["CASE", "IF", "LOOP", "REPEAT", "WHILE"]

        private mutating func word() -> String {
            let start = position
            while position < bytes.count, Scanner.isOfWord(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self).uppercased()
        }

        /// Skips the word after END that names the block.
        private mutating func skipWordOfEnd() {
            while position < bytes.count {
                if Scanner.isBlank(bytes[position]) {
                    position += 1
                } else if !skipComment() {
                    break
                }
            }
            let before = position
            if !Scanner.blocks.contains(word()) { position = before }
        }

        /// Skips a comment that begins here.
        private mutating func skipComment() -> Bool {
            let rest = bytes[position...]
            let isLine = rest.first == UInt8(ascii: "#") || rest.starts(with: Array("--".utf8)) && endsDashes
            if isLine {
                position = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                return true
            }
            guard rest.starts(with: Array("/*".utf8)) else { return false }
            position += 2
            while position < bytes.count, !bytes[position...].starts(with: Array("*/".utf8)) { position += 1 }
            position = min(position + 2, bytes.count)
            return true
        }

        /// Two dashes begin a comment only before a blank or the end.
        private var endsDashes: Bool { position + 2 >= bytes.count || Scanner.isBlank(bytes[position + 2]) }

        /// Skips a string or a quoted name that begins here, else one byte. A doubled quote is two strings side by
        /// side.
        private mutating func skipQuotedOrByte() {
            let quote = bytes[position]
            position += 1
            guard [UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`")].contains(quote) else { return }
            while position < bytes.count, bytes[position] != quote {
                if bytes[position] == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") { position += 1 }
                position += 1
            }
            position = min(position + 1, bytes.count)
        }

        private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }

        private static func isOfWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
                true
            default: false
            }
        }
    }
}
