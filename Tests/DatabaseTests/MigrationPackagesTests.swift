import Database
import FoundationEssentials
import GatehouseTesting
import Testing

/// Migrations of several packages in one schema.
@Suite final class MigrationPackagesTests {
    private let schema: TestDatabase
    private let connection: Connection
    private let own: TemporaryFolder
    private let notes: TemporaryFolder

    private static let users = "20260301000000_users_create"
    private static let create = "20260101000000_notes_create"
    private static let title = "20260401000000_notes_add_title"

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
        own = try TemporaryFolder()
        notes = try TemporaryFolder()
        try write(Self.users, in: own, up: "CREATE TABLE users (id INT PRIMARY KEY);", down: "DROP TABLE users;")
        try write(
            Self.create, in: notes,
            up: "CREATE TABLE notes (id INT PRIMARY KEY, user_id INT REFERENCES users (id));",
            down: "DROP TABLE notes;")
        try write(
            Self.title, in: notes, up: "ALTER TABLE notes ADD title TEXT;", down: "ALTER TABLE notes DROP title;")
    }

    @Test func `packages are applied one after another, and status names the package of each`() throws {
        // The schema left by an earlier version, which knew one package.
        try Migrator([MigrationFolder(own.path)], connection: connection).up()
        var started: [String] = []
        try migrator().up { event in if case .started(let name, .up) = event { started.append(name) } }
        #expect(started == ["notes/\(Self.create)", "notes/\(Self.title)"])
        #expect(try Migrator.applied(on: connection) == [Self.users] + started)
        #expect(try migrator().status().map(\.name) == [Self.users] + started)
        #expect(try Migrator.names(in: folders) == [Self.users] + started)
        try migrator().up { _ in Issue.record("nothing is left to apply") }
    }

    @Test func `each package has its own order`() throws {
        try migrator().up(to: Self.users)
        #expect(try migrator().status().map(\.state).dropFirst() == [.pending, .pending])
        try migrator().up()
        let late = "20260302000000_users_add_name"
        try write(late, in: own, up: "ALTER TABLE users ADD name TEXT;", down: "ALTER TABLE users DROP name;")
        try migrator().up()
        #expect(try connection.first("SELECT COUNT(*) FROM users WHERE name IS NULL") == 0)

        let early = "20260201000000_notes_late"
        try write(early, in: notes, up: "DO 1;", down: "DO 1;")
        #expect(try state("notes/\(early)") == .outOfOrder(newestApplied: "notes/\(Self.title)"))
        expectFailure(of: { try migrator().up() }) {
            if case .outOfOrder("notes/\(early)", newestApplied: "notes/\(Self.title)") = $0 { true } else { false }
        }
    }

    @Test func `two packages may use the same name`() throws {
        try write(Self.users, in: notes, up: "CREATE TABLE others (id INT);", down: "DROP TABLE others;")
        try migrator().up()
        #expect(try Migrator.applied(on: connection).count == 4)
        try write(Self.users, in: notes, up: "CREATE TABLE changed (id INT);", down: "DROP TABLE others;")
        #expect(try state("notes/\(Self.users)") == .changed)
        guard case .applied = try state(Self.users) else {
            Issue.record("the other package's has not changed")
            return
        }
    }

    @Test func `a migration that only another program knows is missing`() throws {
        try migrator().up()
        let alone = try Migrator([MigrationFolder(own.path)], connection: connection)
        #expect(try alone.status().map(\.state).suffix(2) == [.missing, .missing])
        expectFailure(of: { try alone.up() }) {
            if case .missing("notes/\(Self.create)") = $0 { true } else { false }
        }
    }

    @Test func `down reverts the last package's migrations, unless another package is named`() throws {
        try migrator().up()
        try migrator().down()
        #expect(try Migrator.applied(on: connection) == [Self.users, "notes/\(Self.create)"])
        try migrator().redo()
        expectFailure(of: { try migrator().down(steps: 2) }) { if case .nothingToRevert = $0 { true } else { false } }
        expectFailure(of: { try migrator().down(of: "letters") }) {
            if case .unknownNamespace("letters", ["gatehouse", "notes"]) = $0 { true } else { false }
        }
    }

    @Test func `a migration on which others depend stays until they are reverted`() throws {
        try migrator().up()
        for change in [
            { try self.migrator().down(of: "gatehouse") }, { try self.migrator().redo(of: "gatehouse") },
        ] {
            expectFailure(of: change) {
                if case .neededBy(Self.users, later: "notes/\(Self.title)") = $0 { true } else { false }
            }
        }
        // Migrations applied later may be reverted.
        try write(
            "20260501000000_users_add_name", in: own, up: "ALTER TABLE users ADD name TEXT;",
            down: "ALTER TABLE users DROP name;")
        try migrator().up()
        try migrator().redo(of: "gatehouse")
        try migrator().redo()
        expectFailure(of: { try migrator().down(of: "gatehouse") }) {
            if case .neededBy = $0 { true } else { false }
        }
        try migrator().down(steps: 2)
        try migrator().down(steps: 2, of: "gatehouse")
        #expect(try connection.all("SHOW TABLES", as: String.self) == ["schema_migrations"])
    }

    @Test(arguments: ["notes", "my-notes_2", "n"])
    func `a namespace is a word`(word: String) {
        #expect(MigrationFolder.isNamespace(word))
    }

    @Test(arguments: ["", "Notes", "2notes", "no/tes", "notes ", String(repeating: "n", count: 41)])
    func `other namespaces are refused`(word: String) {
        #expect(!MigrationFolder.isNamespace(word))
    }

    private var folders: [MigrationFolder] {
        [MigrationFolder(own.path), MigrationFolder(notes.path, namespace: "notes")]
    }

    private func migrator() throws -> Migrator {
        try Migrator(folders, connection: connection)
    }

    private func state(_ name: String) throws -> MigrationStatus.State {
        try #require(try migrator().status().first { $0.name == name }).state
    }

    private func expectFailure(
        of body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation,
        _ isExpected: (MigrationError) -> Bool
    ) {
        let error = #expect(throws: MigrationError.self, sourceLocation: sourceLocation) { try body() }
        #expect(error.map(isExpected) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
    }

    private func write(_ name: String, in folder: TemporaryFolder, up: String, down: String) throws {
        try Data(up.utf8).write(to: URL(filePath: folder.path("\(name).up.sql")))
        try Data(down.utf8).write(to: URL(filePath: folder.path("\(name).down.sql")))
    }
}
