import Web

/// Rows of text in aligned columns, for people.
struct Table {
    private let rows: [[String]]

    /// A line of titles, and one line for each object.
    /// - Parameter columns: the titles and their members.
    init(_ columns: KeyValuePairs<String, String>, of objects: [JSON]) {
        rows = [columns.map(\.key)] + objects.map { object in columns.map { Self.cell(object[$0.value] ?? .null) } }
    }

    /// One line for each member, its name in words and its value.
    init(record: [JSON.Member]) {
        rows = record.map { [Self.words($0.name) + ":", Self.cell($0.value)] }
    }

    /// The lines, without a line feed at the end.
    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.displayWidth)
            }
        }
        return rows.map { row in
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.displayWidth) }
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    private static func cell(_ value: JSON) -> String {
        switch value {
        case .null: "-"
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .integer(let number): String(number)
        case .string(let text): printable(text)
        case .number, .array, .object: String(decoding: value.text(), as: UTF8.self)
        }
    }

    /// The text without characters that would control the terminal or change the direction of text, since strangers
    /// wrote parts of it.
    private static func printable(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line.append(" ")
            default: line.append(scalar)
            }
        }
        return String(line)
    }

    /// Labels for names that are not words.
    private static let labels = ["kid": "Key ID", "lastSignInAt": "Last sign-in at"]
    private static let abbreviations = ["api", "id", "url"]

    /// `emailVerified` as "Email verified", `avatarUrl` as "Avatar URL".
    private static func words(_ name: String) -> String {
        if let label = labels[name] { return label }
        let spaced = name.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
        let text = spaced.split(separator: " ").map { word in
            abbreviations.contains(String(word)) ? word.uppercased() : String(word)
        }.joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
