import Testing

/// docs/api.md lists the codes of faults.
@Suite struct FaultCodesTests {
    @Test func `the page lists every code, and no other`() throws {
        let page = try #require(RepositoryFile.text("docs/api.md").split(separator: "## Codes of faults\n").last)
        let listed = page.matches(of: /(?m)^\| `(\w+)` \|/).map { String($0.output.1) }
        var used: Set<String> = []
        for folder in ["Sources/Web", "Sources/Gatehouse"] {
            for path in try RepositoryFile.paths(below: folder) where path.hasSuffix(".swift") {
                let text = try RepositoryFile.text(path)
                let rejections = text.matches(of: /\bRejection\(\s*"(\w+)"/).map { String($0.output.1) }
                let faults = text.matches(of: /\bFault\(\s*(?:"[^"]*"|[\w.$]+),\s*"(\w+)"/)
                used.formUnion(rejections + faults.map { String($0.output.1) })
            }
        }
        #expect(used.count > 10)
        #expect(listed == used.sorted())
    }
}
