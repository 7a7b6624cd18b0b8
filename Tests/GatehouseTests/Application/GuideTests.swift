import FoundationEssentials
import Testing

/// docs/adding-a-module.md quotes the example that deploy/test-example builds and tests.
@Suite struct GuideTests {
    /// A passage of the guide.
    private struct Quotation: CustomStringConvertible {
        /// The file that it quotes, from its first line: ```` ```swift path ````.
        let file: String
        var text = ""

        var description: String { "\(file):\n\(text)" }
    }

    private let quotations: [Quotation]

    init() throws {
        var quotations: [Quotation] = []
        var open: Quotation?
        for line in try RepositoryFile.text("docs/adding-a-module.md").split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if let quotation = open {
                if line == "```" { quotations.append(quotation) }
                open = line == "```" ? nil : Quotation(file: quotation.file, text: quotation.text + line + "\n")
            } else if line.hasPrefix("```") {
                open = Quotation(file: String(line.split(separator: " ").last ?? ""))
            }
        }
        self.quotations = quotations
    }

    @Test func `the guide quotes the example word for word`() throws {
        for quotation in quotations {
            let text = "\n" + (try RepositoryFile.text(quotation.file))
            #expect(text.contains("\n" + quotation.text), "\(quotation)")
        }
    }

    @Test func `the guide quotes every file of the example`() throws {
        let files = try RepositoryFile.paths(below: "docs/examples/notes").filter { path in
            // The output of a build is not part of the example.
            !path.contains("/.") && (path.contains(".") || path.hasSuffix("/Makefile"))
                && !path.hasSuffix("/Package.resolved") && !path.hasSuffix("/README.md")
        }
        #expect(!files.isEmpty)
        for file in files { #expect(quotations.contains { $0.file == file }, "\(file)") }
    }
}
