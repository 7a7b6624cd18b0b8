import Database
import FoundationEssentials
import GatehouseTesting
import Testing
import Web

@testable import Gatehouse

/// A module of another package, in this package's program.
@Suite struct ForeignModuleTests {
    private let folder: TemporaryFolder
    private let app: TestApplication

    init() throws {
        folder = try TemporaryFolder()
        for (direction, text) in [("up", "CREATE TABLE shelves (id INT);"), ("down", "DROP TABLE shelves;")] {
            let file = folder.path("20200101000000_shelves_create.\(direction).sql")
            try Data(text.utf8).write(to: URL(filePath: file))
        }
        app = try TestApplication(modules: [Shelves.self], migrations: ["library": folder.path])
    }

    @Test func `its routes are served and in the document`() throws {
        #expect(app.send(.get, "/api/v1/shelves").status == .noContent)
        let document = app.send(.get, "/api/v1/openapi.json").json
        #expect(document["paths"]?["/api/v1/shelves"] != nil)
    }

    @Test func `readiness requires its migrations, which are older than Gatehouse's`() throws {
        #expect(app.send(.get, "/readyz").status == .ok)
        try app.database.connection().execute("DELETE FROM schema_migrations WHERE name LIKE 'library/%'")
        let other = try TestApplication(
            modules: [Shelves.self], migrations: ["library": folder.path], besides: app)
        let details = other.send(.get, "/readyz").json["error"]?["details"]?.elements
        #expect(details?.map { $0["message"] } == ["library/20200101000000_shelves_create"])
    }

    @Test func `settings must name the folder of its migrations`() throws {
        let settings = ["GATEHOUSE_MIGRATIONS": TestDatabase.migrations]
        let error = #expect(throws: MigrationError.self) {
            try TestApplication(
                settings, modules: [Shelves.self], migrations: ["library": folder.path], besides: app)
        }
        #expect(error?.description.contains("library=FOLDER") == true)
    }

    @Test func `an undeclared permission is found`() throws {
        let faults = try RouteChecks(app).permissions()
        #expect(faults == ["shelves:read is required as scopes but not declared"])
    }

    @Test func `an audit action that nobody declared is found`() throws {
        let action = AuditAction(rawValue: "shelf.counted")
        try Audit.record(action, by: .program, target: nil, in: app.database.connection())
        #expect(try RouteChecks(app).auditActions() == ["shelf.counted is recorded but not declared by a module"])
        #expect(throws: UndeclaredAuditAction.self) { try app.audited(action) }
    }

    @Test func `a table that nobody declared is found`() throws {
        #expect(try RouteChecks(app).tables() == ["the table shelves is declared by no module"])
    }

    @Test func `a body that may be longer than its route takes is found`() throws {
        let faults = try RouteChecks(app).bodiesThatDoNotFit()
        #expect(
            faults == [
                "POST /api/v1/shelves takes bodies of 1024 bytes, but its fields up to 1374",
                "PUT /api/v1/shelves has a field without a maximum in its schema",
            ])
    }

    @Test(arguments: [
        ("sql", ["sql"]), ("sql,notes=a/b", ["sql", "notes=a/b"]), ("/a=b,n=c", ["/a=b", "n=c"]),
        ("notes=a", ["notes=a"]), ("/a,b/sql,notes=/a,b/c", ["/a,b/sql", "notes=/a,b/c"]), ("sql,other", ["sql,other"]),
    ])
    func `the setting names a folder for each package`(text: String, folders: [String]) {
        let parsed = SettingKind<[MigrationFolder]>.migrationFolders.parse(text)
        #expect(parsed?.map(\.description) == folders)
    }

    @Test(arguments: [",", "sql,", "notes=a,notes=b", "sql,gatehouse=b", "sql,notes="])
    func `a list that names a package twice, or none, is refused`(text: String) {
        #expect(SettingKind<[MigrationFolder]>.migrationFolders.parse(text) == nil)
    }
}

/// Has a route with an undeclared scope, one with a long field, and one with a field of any length.
private struct Shelves: Module {
    static let migrationNamespace: String? = "library"

    init(_ services: Services) {}

    var routes: [Route] {
        [
            Route(
                .get, "/shelves", "Count shelves", tag: "Shelves", guard: .public, tier: .anonymous, returns: .noContent
            ) {
                _ in Answer(NoContent())
            },
            Route(
                .get, "/shelves/mine", "Count mine", tag: "Shelves", guard: .user,
                scope: Permission(rawValue: "shelves:read"), tier: .standard, returns: .noContent
            ) { _ in Answer(NoContent()) },
            Route(
                .post, "/shelves", "Label a shelf", tag: "Shelves", guard: .public, tier: .anonymous,
                maximumBodyBytes: 1 << 10, input: Label.self, returns: .noContent
            ) { _, _ in Answer(NoContent()) },
            Route(
                .put, "/shelves", "Describe a shelf", tag: "Shelves", guard: .public, tier: .anonymous,
                input: Description.self, returns: .noContent
            ) { _, _ in Answer(NoContent()) },
        ]
    }
}

private struct Label: RequestInput {
    init(from input: inout Input) {
        _ = input.required("label", .line(1...100))
        _ = input.optional("floor", Field<Int>.integer(0...9).nullable)
    }

    static let exampleBody: JSON? = ["label": "A"]
}

private struct Description: RequestInput {
    init(from input: inout Input) {
        _ = input.required("text", Field<String>(schema: ["type": "string"], standIn: "") { .success($0.string ?? "") })
    }

    static let exampleBody: JSON? = ["text": "A"]
}
