import Testing

/// docs/fields.md lists what modules can call to read requests and settings.
@Suite struct FieldsPageTests {
    /// The types that each half of the page is about, and a value of each in its tables.
    private static let halves = [
        ["Field": "field", "Input": "input"], ["SettingKind": "kind", "SettingReader": "reader"],
    ]

    @Test(arguments: halves.indices)
    func `the page lists every public member, and nothing else`(number: Int) throws {
        let page = try RepositoryFile.text("docs/fields.md").split(separator: "## Reading settings")
        try #require(page.count == 2)
        let text = page[number]
        let members = try Self.members(of: Self.halves[number])
        #expect(members.count > 10)
        for member in members { #expect(text.contains("`\(member)"), "\(member) is not in the page") }
        // The first column of its tables.
        let rows = text.matches(of: /(?m)^\| `([a-z]*\.\w+)/).map { String($0.output.1) }
        #expect(rows.count > 10)
        for row in rows {
            #expect(members.contains { $0 == row || $0.hasPrefix(row + "(") }, "\(row) does not exist")
        }
    }

    /// The public members of some types, as the page writes them: `.line(`, `input.query(`.
    private static func members(of types: [String: String]) throws -> Set<String> {
        var members: Set<String> = []
        for folder in ["Sources/Web", "Sources/Gatehouse"] {
            for path in try RepositoryFile.paths(below: folder) where path.hasSuffix(".swift") {
                var value: String?
                for line in try RepositoryFile.text(path).split(separator: "\n") {
                    if line.hasPrefix("extension ") || line.hasPrefix("public struct ") {
                        let type = line.firstMatch(of: /^(?:extension|public struct) (\w+)\b(?!\.)/)
                        value = type.flatMap { types[String($0.output.1)] }
                    } else if line == "}" {
                        value = nil
                    } else if let value, line.hasPrefix("    public "),
                        let member = line.firstMatch(of: /public (static )?(?:mutating )?(func|let|var) (\w+)/)
                    {
                        let start = member.output.1 == nil ? value : ""
                        members.insert("\(start).\(member.output.3)\(member.output.2 == "func" ? "(" : "")")
                    }
                }
            }
        }
        return members
    }
}
