import Database
import FoundationEssentials
import GatehouseTesting
import Testing

/// A server with a binary log refuses triggers of ordinary accounts, unless it is configured to trust them.
@Suite(.serialized) final class BinaryLogTests {
    private let folder: TemporaryFolder
    private let server: PrivateServer
    private let schema: TestDatabase
    private let root: Connection

    init() throws {
        folder = try TemporaryFolder()
        server = try PrivateServer()
        server.stop()
        try server.start(["--log-bin"])
        schema = try TestDatabase(socket: server.socket)
        root = schema.connection()
        try root.execute("CREATE USER migrator@localhost")
        try root.execute("GRANT ALL PRIVILEGES ON `gatehouse\\_test\\_%`.* TO migrator@localhost")
        try write("20260101000000_notes_create", up: "CREATE TABLE notes (id INT)", down: "DROP TABLE notes")
        try write(
            "20260102000000_notes_trigger",
            up: """
                CREATE TABLE others (id INT);
                CREATE TRIGGER notes_none BEFORE INSERT ON notes FOR EACH ROW SET @a = 1;
                """,
            down: "DROP TABLE others; DROP TRIGGER notes_none")
    }

    private func write(_ name: String, up: String, down: String) throws {
        for (text, ending) in [(up, "up"), (down, "down")] {
            try Data(text.utf8).write(to: URL(filePath: folder.path("\(name).\(ending).sql")))
        }
    }

    /// A connection of the account that runs migrations.
    private func migrations() throws -> Connection {
        let server = try TestDatabase.settings(schema: schema.name, socket: server.socket)
        return DatabaseClient(DatabaseSettings(endpoints: server.endpoints, name: schema.name, user: "migrator"))
            .connection()
    }

    private func migrator() throws -> Migrator {
        try Migrator([MigrationFolder(folder.path)], connection: migrations())
    }

    private func expectRefusal(_ body: () throws -> Void) throws {
        let before = try root.all("SHOW TABLES", as: String.self)
        let error = #expect(throws: MigrationError.self) { try body() }
        guard case .triggersRefused(let names) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(names == ["20260102000000_notes_trigger"])
        #expect(error?.description.contains("log_bin_trust_function_creators") == true)
        #expect(try root.all("SHOW TABLES", as: String.self) == before)
    }

    @Test func `migrations that make or drop triggers are refused before they change anything`() throws {
        #expect(try Migrator.needsSuperForTriggers(on: root))
        try expectRefusal { try migrator().up() }
        #expect(try root.all("SHOW TABLES", as: String.self).isEmpty)
        try migrator().up(to: "20260101000000_notes_create")

        try root.execute("SET GLOBAL log_bin_trust_function_creators = 1")
        #expect(try !Migrator.needsSuperForTriggers(on: root))
        try migrator().up()
        try root.execute("SET GLOBAL log_bin_trust_function_creators = 0")
        try expectRefusal { try migrator().down() }
        try expectRefusal { try migrator().redo() }

        let account = try migrations()
        #expect(try !Migrator.hasSuper(on: account))
        try root.execute("GRANT SUPER ON *.* TO migrator@localhost")
        #expect(try Migrator.hasSuper(on: account))
        try migrator().redo()
        try migrator().down(steps: 2)
    }
}
