import FoundationEssentials
import GatehouseTesting
import Testing

@testable import GatehouseServer

/// What `new-module` writes, and which words it refuses.
@Suite struct NewModuleTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try NewPackage(name: "shelf", gatehouse: "/opt/gatehouse").write(to: folder.path("shelf"))
    }

    @Test func `a module is one more folder, migration and line`() throws {
        try NewModule(name: "Bookmarks", singular: "Bookmark").add(to: folder.path("shelf"))
        try NewModule(name: "Diaries", singular: "Diary").add(to: folder.path("shelf"))
        let list = try text("Sources/Features/Modules.swift")
        #expect(list.hasSuffix("= [\n    Notes.self,\n    Bookmarks.self,\n    Diaries.self\n]\n"))
        #expect(try text("Sources/Features/Diaries/Diary.swift").contains("struct Diary: VersionedRecord"))
        let module = try text("Sources/Features/Bookmarks/Bookmarks.swift")
        #expect(module.contains("migrationNamespace: String? = \"shelf\"") && module.contains("\"bookmarks:read\""))
        let migrations = try FileManager.default.contentsOfDirectory(atPath: folder.path("shelf/sql/migrations"))
        #expect(Set(migrations.map { $0.prefix(14) }).count == 3 && migrations.count == 6)
        #expect(throws: NewFilesError.self) {
            try NewModule(name: "Diaries", singular: "Diary").add(to: folder.path("shelf"))
        }
        #expect(throws: NewFilesError.self) {
            try NewModule(name: "two-words", singular: "word").add(to: folder.path("shelf"))
        }
        #expect(throws: NewFilesError.self) { try NewModule(name: "Leaves", singular: "Leaf").add(to: folder.path) }
    }

    @Test func `a name that holds the template's own word is written once`() throws {
        try add("Footnotes", "Footnote")
        let module = try text("Sources/Features/Footnotes/Footnotes.swift")
        #expect(module.contains("package struct Footnotes: Module") && module.contains("\"footnotes:read\""))
        #expect(!module.contains("Footfoot") && !module.contains("footfoot"))
        #expect(try text("Sources/Features/Footnotes/Footnote.swift").contains("struct CreateFootnote: RequestInput"))
    }

    @Test(arguments: [
        ("[]", "[Bookmarks.self]"), ("[Notes.self]", "[Notes.self, Bookmarks.self]"),
        ("[\n]", "[\n    Bookmarks.self,\n]"),
        ("[\n    Notes.self, // First\n]", "[\n    Notes.self,\n    Bookmarks.self, // First\n]"),
    ])
    func `a list of any form gets its line`(before: String, after: String) throws {
        let start = "import Gatehouse\n\npackage let modules: [any Module.Type] = "
        try Data("\(start)\(before)\n".utf8).write(to: URL(filePath: list))
        try add("Bookmarks", "Bookmark")
        #expect(try text("Sources/Features/Modules.swift") == "\(start)\(after)\n")
    }

    @Test func `without a list nothing is written`() throws {
        try Data("import Gatehouse\n".utf8).write(to: URL(filePath: list))
        #expect(throws: NewFilesError.self) { try add("Bookmarks", "Bookmark") }
        #expect(try modules == ["Modules.swift", "Notes"])
    }

    @Test(arguments: [
        ("Sheep", "Sheep", "both"), ("Classes", "Class", "keyword"), ("Passes", "Pass", "keyword"),
        ("Keys", "Key", "SQL"), ("Projects", "Project", "Gatehouse"), ("Sessions", "Session", "Gatehouse"),
        ("Users", "User", "Gatehouse"), ("Jobs", "Job", "Gatehouse"), ("Tasks", "Project", "type"),
        ("Words", "Word", "Gatehouse"), ("Lists", "List", "files"), ("Routes", "Route", "files"),
        ("Calls", "Call", "files"), ("Features", "Feature", "files"), ("Requests", "Request", "files"),
        ("People", "Person", "files"), ("two-words", "Word", "capital"),
    ])
    func `a word that stands for something else is refused, with the reason`(
        name: String, singular: String, reason: String
    ) throws {
        let error = #expect(throws: NewFilesError.self) { try add(name, singular) }
        let said = error?.description ?? ""
        #expect(said.contains(reason == "both" ? "one of its rows" : reason), "\(said)")
        #expect(try modules == ["Modules.swift", "Notes"])
    }

    @Test(arguments: [
        ("Sources/Features/Other/BookmarkService.swift", "Bookmarks", "Bookmark"),
        ("Tests/FeaturesTests/BookmarkTests.swift", "Bookmarks", "Bookmark"),
        ("Tests/EndToEnd/test_module_bookmarks.py", "Bookmarks", "Bookmark"),
        ("sql/migrations/20200101000000_shelf_bookmarks.up.sql", "Bookmarks", "Bookmark"),
        (".gitignore", "Jottings", "Note"), (".gitignore", "Notes", "Note"),
    ])
    func `no file is written over, nor a second one of its name`(
        path: String, name: String, singular: String
    ) throws {
        let file = URL(filePath: folder.path("shelf/" + path))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
        let before = try modules
        let error = #expect(throws: NewFilesError.self) { try add(name, singular) }
        #expect(error?.description.hasSuffix("is there already") == true)
        #expect(try modules == before)
    }

    @Test func `the tests of a module have no names of Gatehouse's`() throws {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let own = try FileManager.default.contentsOfDirectory(atPath: here + "/Tests/EndToEnd")
        #expect(!own.contains { $0.hasPrefix("test_module_") || $0.hasPrefix("resources_") })
        let laidOver = Template.files.map(\.path).filter { $0.hasPrefix("Tests/EndToEnd/") }.map { $0.dropFirst(15) }
        #expect(laidOver.count == 2)
        #expect(laidOver.allSatisfy { $0.hasPrefix("test_module_") || $0.hasPrefix("resources_") })
    }

    @Test func `the tables that names may not take are those of Gatehouse's migrations`() throws {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let migrations = here + "/sql/migrations"
        var tables: Set = ["schema_migrations"]
        for file in try FileManager.default.contentsOfDirectory(atPath: migrations) where file.hasSuffix(".up.sql") {
            let text = try String(contentsOfFile: "\(migrations)/\(file)", encoding: .utf8)
            tables.formUnion(text.matches(of: /CREATE TABLE (\w+)/).map { String($0.output.1) })
        }
        #expect(ModuleWords.tables == tables)
    }

    private var list: String { folder.path("shelf/Sources/Features/Modules.swift") }

    private var modules: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path("shelf/Sources/Features")).sorted()
        }
    }

    private func add(_ name: String, _ singular: String) throws {
        try NewModule(name: name, singular: singular).add(to: folder.path("shelf"))
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder.path("shelf/" + path), encoding: .utf8)
    }
}
