/// Reads Swift code of a package.
enum SwiftCode {
    /// Code with a blank for each character of its comments, and of its strings, so positions remain the same.
    static func withoutComments(_ code: String, orStrings isWithoutStrings: Bool = false) -> String {
        var kept = ""
        var rest = code[...]
        while !rest.isEmpty {
            let (comment, string) = (comment(at: rest), string(at: rest))
            let piece = comment ?? string ?? rest.prefix(1)
            let isBlank = comment != nil || isWithoutStrings && string != nil
            kept += isBlank ? String(repeating: " ", count: piece.count) : String(piece)
            rest = rest[piece.endIndex...]
        }
        return kept
    }

    private static func comment(at rest: Substring) -> Substring? {
        if rest.hasPrefix("//") { return rest.prefix { !$0.isNewline } }
        guard rest.hasPrefix("/*") else { return nil }
        // Comments contain others.
        var depth = 0
        var left = rest
        repeat {
            if left.hasPrefix("/*") {
                depth += 1
                left = left.dropFirst(2)
            } else if left.hasPrefix("*/") {
                depth -= 1
                left = left.dropFirst(2)
            } else {
                left = left.dropFirst()
            }
        } while depth > 0 && !left.isEmpty
        return rest[..<left.startIndex]
    }

    private static func string(at rest: Substring) -> Substring? {
        guard rest.first == "\"" || rest.first == "#" else { return nil }
        return rest.prefixMatch(of: /"""(?s:.*?)"""|#+".*?"#+|"(?:\\.|[^"\\\n])*"/)?.output
    }
}
