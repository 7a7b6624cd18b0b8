import Database
import FoundationEssentials
import Gatehouse
import GatehouseTesting
import Glibc
import Testing

@testable import GatehouseServer

/// The files that `new-module` writes, and the words that it refuses.
@Suite struct NewModuleTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try NewPackage(name: "shelf", gatehouse: Checkout.path).write(to: folder.path("shelf"))
    }

    @Test func `a new module adds a folder, a migration and a line`() throws {
        try NewModule(name: "Bookmarks", singular: "Bookmark").add(to: folder.path("shelf"))
        try NewModule(name: "Diaries", singular: "Diary").add(to: folder.path("shelf"))
        let list = try text("Sources/Features/Modules.swift")
        #expect(list.hasSuffix("= [\n    Notes.self,\n    Bookmarks.self,\n    Diaries.self,\n]\n"))
        #expect(try text("Sources/Features/Diaries/Diary.swift").contains("struct Diary: VersionedRecord"))
        let module = try text("Sources/Features/Bookmarks/Bookmarks.swift")
        #expect(module.contains("migrationNamespace: String? = \"shelf\"") && module.contains("\"bookmarks:read\""))
        let migrations = try FileManager.default.contentsOfDirectory(atPath: folder.path("shelf/sql/migrations"))
        #expect(Set(migrations.map { $0.prefix(14) }).count == 3 && migrations.count == 6)
        #expect(throws: NewFilesError.self) {
            try NewModule(name: "Diaries", singular: "Diary").add(to: folder.path("shelf"))
        }
        #expect(throws: NewFilesError.self) { try NewModule(name: "Leaves", singular: "Leaf").add(to: folder.path) }
    }

    @Test func `the template keeps its words under its own name`() {
        let renaming = Renaming(names: ModuleNames(name: "Notes", singular: "Note"), namespace: "notes")
        for file in Template.ofModule {
            #expect(renaming.path(file.path) == file.path)
            #expect(renaming.text(file.text, of: file.path) == file.text)
        }
    }

    @Test func `two words are joined as each place joins words`() throws {
        try add("OrderLines", "OrderLine")
        let expected = [
            ("OrderLines.swift", "package struct OrderLines: Module"),
            ("OrderLines.swift", "ExportSection(\"orderLines\")"),
            ("OrderLines.swift", "static let orderLinesRead = Permission(rawValue: \"order-lines:read\")"),
            ("OrderLines.swift", "The order lines that users keep"),
            ("OrderLine.swift", "/// An order line of a user."),
            ("OrderLine.swift", "struct ListOrderLines: RequestInput"),
            ("OrderLine.swift", "ListRequest<OrderLine.Sort>"),
            ("OrderLineRoutes.swift", "at: \"/order-lines\", tag: \"Order lines\","),
            ("OrderLineRoutes.swift", "reads: .orderLinesRead, writes: .orderLinesWrite"),
            ("OrderLineRoutes.swift", "resource.read(\"Read an order line\", by: service.read)"),
            ("OrderLineRepository.swift", "INSERT INTO order_lines (public_id"),
            ("OrderLineRepository.swift", "FROM order_lines FORCE INDEX (idx_order_lines_user)"),
            ("OrderLineRepository.swift", "in: \"order_lines\", where: condition"),
            ("OrderLineRepository.swift", "on the table `order_lines`"),
            ("OrderLineRepository.swift", "\"order-lines/\\(userID)\""),
            ("OrderLineEvents.swift", "struct OrderLineCreated: OrderLineEvent {"),
            ("OrderLineEvents.swift", "\"order_line.created\", \"An order line was created.\""),
            ("OrderLineEvents.swift", "output.field(\"orderLineId\", id)"),
            ("OrderLineTests.swift", "@Test func `an order line is created, read"),
            ("OrderLineTests.swift", "export?[\"orderLines\"]"),
            ("OrderLineTests.swift", "WHERE scope LIKE 'order-lines/%'"),
            ("test_module_order_lines.py", "\"order_line.deleted\""),
            ("test_module_order_lines.py", "def test_neither_new_nor_changed_order_lines_take_faults"),
            ("test_module_order_lines.py", "\"\"\"Order lines, as"),
            ("resources_order_lines.py", "exported=\"orderLines\""),
            ("resources_order_lines.py", "\"/api/v1/order-lines\""),
            ("resources_order_lines.py", "must know about order lines."),
            ("_order_lines.up.sql", "CREATE TABLE order_lines ("),
            ("_order_lines.up.sql", "fk_order_lines_user"), ("_order_lines.down.sql", "DROP TABLE order_lines;"),
        ]
        for (file, text) in expected {
            #expect(try written(file).contains(text), "\(file) lacks \(text)")
        }
    }

    @Test func `a word reserved by SQL is quoted, and a type that modules use is not hidden`() throws {
        for (name, singular) in [("Keys", "Key"), ("Calls", "Call"), ("Sheep", "Sheep"), ("Lists", "List")] {
            try add(name, singular)
        }
        let expected = [
            ("KeyRepository.swift", "DELETE FROM `keys` WHERE id"),
            ("KeyRepository.swift", "in: \"`keys`\", where: condition"),
            ("Key.swift", "\"idx_keys_title\""),
            ("_keys.down.sql", "DROP TABLE `keys`;"),
            ("ListsModule.swift", "package struct ListsModule: Module"),
            ("ListService.swift", "let lists: Lists\n"),
            ("List.swift", "struct ListLists:"),
            ("ListTests.swift", "TestApplication(modules: [ListsModule.self])"),
            ("Modules.swift", "    ListsModule.self,\n"),
            ("CallRecord.swift", "struct CallRecord: VersionedRecord"),
            ("CallService.swift", "func create(_ input: CreateCall, _ call: Call) throws -> CallRecord"),
            ("SheepRecord.swift", "struct CreateSheep: RequestInput"),
            ("Sheep.swift", "package struct Sheep: Module"),
        ]
        for (file, text) in expected {
            #expect(try written(file).contains(text), "\(file) lacks \(text)")
        }
    }

    /// `deploy/test-example` shows that the most difficult of them compile.
    @Test func `modules with natural names fit together`() throws {
        let names: [(name: String, singular: String?)] = [
            ("Answers", nil), ("Calls", nil), ("Categories", "Category"), ("Classes", "Class"), ("Dates", nil),
            ("Events", nil), ("Features", nil), ("Fields", nil), ("Groups", nil), ("Keys", nil), ("Lists", nil),
            ("Members", nil), ("Modules", nil), ("OrderLines", nil), ("Orders", nil), ("Passes", "Pass"),
            ("People", "Person"), ("Requests", nil), ("Rows", nil), ("Services", nil), ("Sheep", "Sheep"),
            ("Tags", nil), ("Tests", nil), ("Types", nil),
        ]
        for (name, singular) in names {
            try NewModule(name: name, singular: singular).add(to: folder.path("shelf"))
        }
        let migrations = MigrationFolder(folder.path("shelf/sql/migrations"), namespace: "shelf")
        let database = try TestDatabase(isMigrated: true, besides: [migrations])
        let tables = try database.connection().all(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()", as: String.self)
        #expect(tables.count == Program.gatehouse.tables.count + 1 + names.count)
        let declared = try types(in: folder.path("shelf/Sources/Features"))
        #expect(Set(declared).isDisjoint(with: Template.types.subtracting(["Sort"])))
        #expect(Set(declared).count == declared.count)
    }

    @Test func `the quoted words are those reserved by SQL`() throws {
        let database = try TestDatabase()
        let connection = database.connection()
        let words = try connection.all("SELECT LOWER(word) FROM information_schema.keywords", as: String.self)
            .filter { $0.wholeMatch(of: /[a-z_]+/) != nil }
        let refused = try words.filter { word in
            try connection.execute("SET @word = \(word), @is_refused = FALSE")
            try connection.execute(
                """
                BEGIN NOT ATOMIC
                    DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET @is_refused = TRUE;
                    EXECUTE IMMEDIATE CONCAT('CREATE TEMPORARY TABLE ', @word, ' (id INT)');
                    EXECUTE IMMEDIATE CONCAT('INSERT INTO ', @word, ' (id) VALUES (1)');
                    EXECUTE IMMEDIATE CONCAT('SELECT id INTO @id FROM ', @word, ' WHERE id = 1');
                    EXECUTE IMMEDIATE CONCAT('UPDATE ', @word, ' SET id = 2');
                    EXECUTE IMMEDIATE CONCAT('DELETE FROM ', @word, ' WHERE id = 2');
                    EXECUTE IMMEDIATE CONCAT('DROP TEMPORARY TABLE ', @word);
                END
                """)
            return try connection.first("SELECT @is_refused") == 1
        }
        #expect(words.count > 500)
        #expect(Set(refused) == ModuleNames.reservedInSQL)
    }

    @Test func `a name that contains the template's own word is written once`() throws {
        try add("Footnotes", "Footnote")
        let module = try text("Sources/Features/Footnotes/Footnotes.swift")
        #expect(module.contains("package struct Footnotes: Module") && module.contains("\"footnotes:read\""))
        #expect(!module.contains("Footfoot") && !module.contains("footfoot"))
        #expect(try text("Sources/Features/Footnotes/Footnote.swift").contains("struct CreateFootnote: RequestInput"))
    }

    @Test(arguments: [
        ("[]", "[Bookmarks.self]"), ("[Notes.self]", "[Notes.self, Bookmarks.self]"),
        ("[\n]", "[\n    Bookmarks.self\n]"), ("[\n    Notes.self\n]", "[\n    Notes.self,\n    Bookmarks.self,\n]"),
        ("[\n    Notes.self,\n]", "[\n    Notes.self,\n    Bookmarks.self,\n]"),
        ("[\n    Notes.self  // First\n]", "[\n    Notes.self,  // First\n    Bookmarks.self,\n]"),
        ("[Notes.self,]", "[Notes.self, Bookmarks.self]"),
        ("[\n    // Old.self [1]\n]", "[\n    // Old.self [1]\n    Bookmarks.self\n]"),
        (
            "[\n    Notes.self  /* ] */\n    // Old.self\n]",
            "[\n    Notes.self,  /* ] */\n    // Old.self\n    Bookmarks.self,\n]"
        ),
        ("[Notes.self /* and\n */ ]", "[Notes.self, Bookmarks.self /* and\n */ ]"),
        ("[\r\n    Notes.self,\r\n]", "[\r\n    Notes.self,\r\n    Bookmarks.self,\r\n]"),
    ])
    func `a list in any form gets its line`(before: String, after: String) throws {
        // Lists in comments, also in nested ones and behind quotes, and in strings are none.
        let start = """
            // package let modules: [any Module.Type] = []
            /* /* \" */ let modules: [any Module.Type] = [
            ] */
            let url = "https://example.com", raw = #"let modules: [any Module.Type] = []"#
            package let modules : [ any Module.Type ] =
            """
        try write("\(start) \(before)\n", to: list)
        try add("Bookmarks", "Bookmark")
        #expect(try text("Sources/Features/Modules.swift") == "\(start) \(after)\n")
    }

    @Test func `the file with the list keeps its mode and its links`() throws {
        let shared = folder.path("Shared.swift")
        try FileManager.default.moveItem(atPath: list, toPath: shared)
        try FileManager.default.createSymbolicLink(atPath: list, withDestinationPath: shared)
        try #require(chmod(shared, 0o640) == 0)
        try add("Bookmarks", "Bookmark")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: list) == shared)
        var status = stat()
        #expect(stat(shared, &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(try String(contentsOfFile: shared, encoding: .utf8).contains("Bookmarks.self"))
        #expect(try modules == ["Bookmarks", "Modules.swift", "Notes"])
    }

    @Test func `a second command at the same time is refused`() throws {
        let busy = open(folder.path("shelf"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try #require(flock(busy, LOCK_EX) == 0)
        let error = #expect(throws: NewFilesError.self) { try add("Bookmarks", "Bookmark") }
        #expect(error?.description.contains("another command") == true)
        #expect(try modules == ["Modules.swift", "Notes"])
        close(busy)
        try add("Bookmarks", "Bookmark")
    }

    @Test func `a file that is no text is named`() throws {
        try Data([0xFF]).write(to: URL(filePath: folder.path("shelf/Sources/Features/Image.swift")))
        let error = #expect(throws: NewFilesError.self) { try add("Bookmarks", "Bookmark") }
        #expect(error?.description.hasSuffix("Image.swift cannot be read: it is not a text in UTF-8") == true)
    }

    @Test(arguments: [("20991231235959", "21000101000000"), ("20960228235959", "20960229000000")])
    func `the migration is a second later than the last one`(last: String, next: String) throws {
        try write("DO 1;", to: folder.path("shelf/sql/migrations/\(last)_shelf_other.up.sql"))
        try add("Bookmarks", "Bookmark")
        #expect(try !written("\(next)_bookmarks_bookmarks.up.sql").isEmpty)
    }

    @Test func `without a list nothing is written`() throws {
        try write("import Gatehouse\n", to: list)
        #expect(throws: NewFilesError.self) { try add("Bookmarks", "Bookmark") }
        #expect(try modules == ["Modules.swift", "Notes"])
    }

    @Test(
        arguments: [
            ("Projects", "Project", "a table"), ("Sessions", "Session", "a table"), ("Users", "User", "a table"),
            ("Jobs", "Job", "a table"), ("Words", "Word", "a table"), ("AuditEvents", "AuditEvent", "a table"),
            ("Audit", "AuditEntry", "permissions"), ("MailLinks", "MailLink", "every export"),
            ("Indexes", "Index", "use ListIndexes"), ("two-words", "Word", "capital"),
            ("FAQs", "FAQ", "capital"), ("Bookmarks", "bookmark", "capital"), ("bookmarks", "Bookmark", "capital"),
            ("CustomerAppointmentTypes", "CustomerAppointmentType", "search"),
            ("Appointments", "CustomerAppointmentType", "21"), ("People", nil, "--singular"),
            ("People", "User", "audit actions"),
        ] as [(String, String?, String)])
    func `an impossible name is refused with the reason`(name: String, singular: String?, reason: String) throws {
        let error = #expect(throws: NewFilesError.self) { try add(name, singular) }
        let said = error?.description ?? ""
        #expect(said.contains(reason), "\(said)")
        #expect(try modules == ["Modules.swift", "Notes"])
    }

    @Test(arguments: [
        ("Sources/Features/Other/BookmarkService.swift", "Bookmarks", "Bookmark"),
        ("Tests/FeaturesTests/BookmarkTests.swift", "Bookmarks", "Bookmark"),
        ("Tests/EndToEnd/test_module_bookmarks.py", "Bookmarks", "Bookmark"),
        ("sql/migrations/20200101000000_shelf_bookmarks.up.sql", "Bookmarks", "Bookmark"),
        (".gitignore", "Jottings", "Note"), (".gitignore", "Notes", "Note"),
    ])
    func `no file is overwritten, nor is a second file with its name made`(
        path: String, name: String, singular: String
    ) throws {
        let file = URL(filePath: folder.path("shelf/" + path))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
        let before = try modules
        let error = #expect(throws: NewFilesError.self) { try add(name, singular) }
        #expect(error?.description.hasSuffix("exists already") == true)
        #expect(try modules == before)
    }

    @Test func `the tests of a module use none of Gatehouse's names`() throws {
        let own = try FileManager.default.contentsOfDirectory(atPath: Checkout.path + "/Tests/EndToEnd")
        #expect(!own.contains { $0.hasPrefix("test_module_") || $0.hasPrefix("resources_") })
        let laidOver = Template.files.map(\.path).filter { $0.hasPrefix("Tests/EndToEnd/") }.map { $0.dropFirst(15) }
        #expect(laidOver.count == 2)
        #expect(laidOver.allSatisfy { $0.hasPrefix("test_module_") || $0.hasPrefix("resources_") })
    }

    private var list: String { folder.path("shelf/Sources/Features/Modules.swift") }

    private var modules: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path("shelf/Sources/Features")).sorted()
        }
    }

    private func add(_ name: String, _ singular: String?) throws {
        try NewModule(name: name, singular: singular).add(to: folder.path("shelf"))
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// The text of a file, found by the end of its path.
    private func written(_ name: String) throws -> String {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path("shelf"))
        return try text(#require(paths.first { $0.hasSuffix("/" + name) || $0.hasSuffix(name) && name.hasPrefix("_") }))
    }

    /// The types that files declare, once for each declaration.
    private func types(in path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".swift") }.flatMap { file in
            try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
                .matches(of: /(?m)^(?:package )?(?:enum|struct) (\w+)/).map { String($0.output.1) }
        }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder.path("shelf/" + path), encoding: .utf8)
    }
}
