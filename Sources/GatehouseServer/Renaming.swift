/// Replaces the names in the template by those of a new module.
///
/// The template's name is one word, which looks the same in a path, a table and a variable. So the form of the new
/// words depends on the place: on the characters beside the word, and on whether it is in code, a string, a statement
/// or a text.
struct Renaming {
    let names: ModuleNames
    /// The namespace of the package's migrations.
    let namespace: String

    /// The kinds of places where words occur.
    private enum Place {
        case code, string, statement, text
    }

    /// The path of a file. A type is in the file with its name.
    func path(_ path: String) -> String {
        path.split(separator: "/").map { part in
            switch part {
            case "Notes.swift": "\(names.moduleType).swift"
            case "Note.swift": "\(names.rowType).swift"
            default:
                String(part).replacing(/([Nn])ote(s?)/) { match in
                    names.written(match.output.1 == "N" ? .upperCamel : .snake, isPlural: match.output.2 == "s")
                }
            }
        }.joined(separator: "/")
    }

    /// The text of a file, piece by piece: strings, comments, and the code between them.
    func text(_ text: String, of path: String) -> String {
        let pieces =
            switch path.split(separator: ".").last {
            case "swift": text.ranges(of: /"""(?s:.*?)"""|#".*?"#|"(?:\\.|[^"\\\n])*"|`[^`\n]*`|\/\/[^\n]*/)
            case "py": text.ranges(of: /"""(?s:.*?)"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/)
            default: text.ranges(of: /--[^\n]*/)
            }
        let isStatement = path.hasSuffix(".sql")
        var renamed = ""
        var end = text.startIndex
        for piece in pieces {
            let before = text[end..<piece.lowerBound]
            renamed += self.renamed(before, in: isStatement ? .statement : .code)
            renamed += string(text[piece], after: before, isSwift: path.hasSuffix(".swift"))
            end = piece.upperBound
        }
        return renamed + self.renamed(text[end...], in: isStatement ? .statement : .code)
    }

    /// A string, a comment or the name of a test.
    private func string(_ piece: Substring, after code: Substring, isSwift: Bool) -> String {
        if piece == "\"notes\"" {
            if code.hasSuffix("migrationNamespace: String? = ") { return "\"\(namespace)\"" }
            if code.hasSuffix("tables = [") { return "\"\(names.written(.snake))\"" }
            return "\"\(names.written(code.hasSuffix("in: ") ? .table : .camel))\""
        }
        if piece.hasPrefix("\"\"\"") { return renamed(piece, in: isSwift ? .statement : .text) }
        guard piece.hasPrefix("\"") || piece.hasPrefix("#\"") else { return renamed(piece, in: .text) }
        return renamed(piece, in: piece.starts(with: /"(?:SELECT|INSERT|UPDATE|DELETE)\s/) ? .statement : .string)
    }

    private func renamed(_ piece: Substring, in place: Place) -> String {
        var renamed = ""
        var end = piece.startIndex
        for match in piece.matches(of: /(\b[Aa] )?([Nn])ote(s?)/.wordBoundaryKind(.simple)) {
            let start = match.output.1?.endIndex ?? match.range.lowerBound
            let around = Surroundings(piece[..<start].last, piece[match.range.upperBound...])
            guard let form = form(isCapital: match.output.2 == "N", around, in: place) else { continue }
            let word = names.written(form, isPlural: match.output.3 == "s")
            renamed += piece[end..<match.range.lowerBound]
            if let article = match.output.1 {
                renamed +=
                    form == .text && "aeio".contains(word.prefix(1)) ? "\(article.dropLast())n " : String(article)
            }
            renamed += word
            end = match.range.upperBound
        }
        return renamed + piece[end...]
    }

    /// The characters beside a word.
    private struct Surroundings {
        let before: Character?
        let after: Character?
        /// Whether a letter follows the character after the word, as in `notes:read` but not in `notes: read`.
        let goesOn: Bool

        init(_ before: Character?, _ rest: Substring) {
            self.before = before
            after = rest.first
            goesOn = rest.dropFirst().first?.isLetter == true
        }

        var isPartOfIdentifier: Bool {
            [before, after].contains { $0?.isLetter == true || $0?.isNumber == true || $0 == "_" }
        }

        var isQuoted: Bool { before == "`" && after == "`" }

        func has(_ character: Character) -> Bool { before == character || after == character }
    }

    /// The form of a word; `nil` if it only looks like the template's word.
    private func form(isCapital: Bool, _ around: Surroundings, in place: Place) -> ModuleNames.Form? {
        if isCapital {
            if around.isPartOfIdentifier { return .upperCamel }
            let isMember = around.after == "." && around.goesOn
            return place == .code || isMember || around.isQuoted ? .type : .title
        }
        if around.has("_") { return .snake }
        if around.isPartOfIdentifier {
            return around.before?.isLetter != true && around.after?.isUppercase == true ? .camel : nil
        }
        if place == .code { return .camel }
        if around.has("/") || around.after == ":" && around.goesOn { return .kebab }
        if around.after == "." && around.goesOn || around.isQuoted { return .snake }
        return place == .statement ? .table : .text
    }
}
