/// `Modules.swift`: a file with a list of modules.
struct ModuleList {
    let text: String

    /// The text with a module at the end of the list, in the layout of `swift format`; `nil` if there is no list.
    func adding(_ type: String) -> String? {
        let code = SwiftCode.withoutComments(text, orStrings: true)
        let beginning = /\bmodules\s*:\s*\[\s*any\s+Module\.Type\s*\]\s*=\s*\[([^\]]*)\]/
        guard let list = code.firstMatch(of: beginning)?.output.1 else { return nil }
        let last = list.matches(of: /\.self\b(?:\s*,)?/).last
        let hasComma = last?.output.hasSuffix(",") == true
        var longer = text
        func insert(_ new: String, at position: String.Index) {
            let distance = code.distance(from: code.startIndex, to: position)
            longer.insert(contentsOf: new, at: longer.index(longer.startIndex, offsetBy: distance))
        }
        // From the end to the beginning, so that the positions before remain the same.
        if let end = list.lastIndex(where: \.isNewline), list[end...].allSatisfy(\.isWhitespace) {
            // A comma follows the last of several lines.
            insert("\(list[end])    \(type).self\(last == nil ? "" : ",")", at: end)
            if let last, !hasComma { insert(",", at: last.range.upperBound) }
        } else if let last {
            insert("\(hasComma ? "" : ",") \(type).self", at: last.range.upperBound)
        } else {
            insert("\(type).self", at: list.startIndex)
        }
        return longer
    }
}
