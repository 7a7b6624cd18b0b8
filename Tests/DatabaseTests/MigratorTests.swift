import Database
import FoundationEssentials
import GatehouseTesting
import Testing

@Suite final class MigratorTests {
    private let schema: TestDatabase
    private let connection: Connection
    private let folder: TemporaryFolder
    private var directory: String { folder.path }

    private static let notes = "20260101000000_notes_create"
    private static let titles = "20260102000000_notes_add_title"

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
        folder = try TemporaryFolder()
        try write(
            MigratorTests.notes,
            up: """
                CREATE TABLE notes (id INT PRIMARY KEY);
                CREATE TRIGGER notes_positive BEFORE INSERT ON notes FOR EACH ROW
                BEGIN
                    IF NEW.id < 0 THEN SIGNAL SQLSTATE '45000'; END IF;
                END;
                INSERT INTO notes VALUES (1);
                SELECT id FROM notes;
                -- The end.

                """,
            down: "DROP TABLE notes;\n")
        try write(
            MigratorTests.titles, up: "ALTER TABLE notes ADD title TEXT;",
            down: "ALTER TABLE notes DROP COLUMN title")
    }

    @Test func `up applies everything in order, once`() throws {
        var events: [MigrationEvent] = []
        try migrator().up { events.append($0) }
        #expect(
            events == [
                .started(MigratorTests.notes, .up), .finished(MigratorTests.notes, .up),
                .started(MigratorTests.titles, .up), .finished(MigratorTests.titles, .up),
            ])
        #expect(try Migrator.applied(on: connection) == [MigratorTests.notes, MigratorTests.titles])
        #expect(try Migrator.names(in: [MigrationFolder(directory)]) == [MigratorTests.notes, MigratorTests.titles])
        #expect(try connection.first("SELECT COUNT(*) FROM notes WHERE title IS NULL") == 1)
        #expect(throws: DatabaseError.self) { try connection.execute("INSERT INTO notes VALUES (-1, NULL)") }

        try migrator().up { _ in Issue.record("nothing is left to apply") }
    }

    @Test func `up can stop at a migration`() throws {
        try migrator().up(to: MigratorTests.notes)
        #expect(try Migrator.applied(on: connection) == [MigratorTests.notes])
        expectFailure(of: { try migrator().up(to: "20990101000000_no_such") }) {
            if case .unknown = $0 { true } else { false }
        }
    }

    @Test func `status lists everything without changing anything`() throws {
        #expect(try migrator().status().map(\.state) == [.pending, .pending])
        #expect(try Migrator.applied(on: connection) == [])
        #expect(try connection.all("SHOW TABLES", as: String.self) == [])
        try migrator().up(to: MigratorTests.notes)
        let states = try migrator().status().map(\.state)
        guard case .applied = states[0] else {
            Issue.record("\(states[0])")
            return
        }
        #expect(states[1] == .pending)
    }

    @Test func `down and redo revert the newest migrations`() throws {
        try migrator().up()
        try migrator().down()
        #expect(try Migrator.applied(on: connection) == [MigratorTests.notes])
        var events: [MigrationEvent] = []
        try migrator().redo { events.append($0) }
        #expect(
            events == [
                .started(MigratorTests.notes, .down), .finished(MigratorTests.notes, .down),
                .started(MigratorTests.notes, .up), .finished(MigratorTests.notes, .up),
            ])
        try migrator().up()
        try migrator().down(steps: 2)
        #expect(try connection.all("SHOW TABLES", as: String.self) == ["schema_migrations"])
        expectFailure(of: { try migrator().down() }) { if case .nothingToRevert = $0 { true } else { false } }
    }

    @Test func `migrations to revert are named first, and stay if that is declined`() throws {
        struct Declined: Error {}
        try migrator().up()
        let applied = try Migrator.applied(on: connection)
        var named: [[String]] = []
        func decline(_ names: [String]) throws {
            named.append(names)
            throw Declined()
        }
        #expect(throws: Declined.self) { try migrator().down(steps: 2, confirm: decline) }
        #expect(throws: Declined.self) { try migrator().redo(confirm: decline) }
        #expect(named == [applied.reversed(), [applied[1]]])
        #expect(try Migrator.applied(on: connection) == applied)
        try migrator().down(steps: 2, confirm: { #expect($0 == applied.reversed()) })
        #expect(try Migrator.applied(on: connection) == [])
    }

    @Test func `a migration names and lets pass those who have the table open, then completes`() throws {
        try migrator().up(to: MigratorTests.notes)
        let holder = schema.connection()
        let session = try #require(try holder.first("SELECT CONNECTION_ID()", as: UInt64.self))
        try holder.execute("SET autocommit = 0")
        #expect(try holder.all("SELECT id FROM notes") == [1])
        var waits = 0
        try migrator().up { event in
            guard case .waiting(MigratorTests.titles, .up, let holders) = event else { return }
            waits += 1
            #expect(holders.contains { "\($0)".hasPrefix("session \(session) of root@") }, "\(holders)")
            // While the migration pauses, others can use the table.
            #expect((try? schema.connection().all("SELECT id FROM notes", as: Int.self)) == [1])
            do { try holder.execute("COMMIT") } catch { Issue.record(error) }
        }
        #expect(waits == 1)
        #expect(try Migrator.applied(on: connection) == [MigratorTests.notes, MigratorTests.titles])
        #expect(try connection.first("SELECT COUNT(*) FROM notes WHERE title IS NULL") == 1)
    }

    @Test func `an account that may not see transactions names its own sessions, or says why it sees none`() throws {
        try connection.execute("CREATE USER IF NOT EXISTS gatehouse_plain@localhost")
        try connection.execute("GRANT ALL ON `gatehouse\\_test\\_%`.* TO gatehouse_plain@localhost")
        let settings = try TestDatabase.settings(schema: schema.name)
        let plain = DatabaseClient(
            DatabaseSettings(endpoints: settings.endpoints, name: schema.name, user: "gatehouse_plain"))
        try migrator().up(to: MigratorTests.notes)
        var told: [[LockHolder]] = []
        for holder in [schema.connection(), plain.connection()] {
            try holder.execute("SET autocommit = 0")
            #expect(try holder.all("SELECT id FROM notes") == [1])
            try Migrator([MigrationFolder(directory)], connection: plain.connection()).up { event in
                guard case .waiting(_, .up, let holders) = event else { return }
                told.append(holders)
                do { try holder.execute("COMMIT") } catch { Issue.record(error) }
            }
            try migrator().down()
        }
        #expect(told.count == 2)
        #expect(told.first == [])
        #expect(LockHolder.sentence([]).contains("PROCESS"))
        let own = try #require(told.last).map(\.description)
        #expect(!own.isEmpty)
        #expect(own.allSatisfy { $0.contains(" of gatehouse_plain@") && !$0.contains("transaction") })
    }

    @Test func `statements after one that had to wait run once`() throws {
        let several = "20260103000000_notes_several"
        try write(
            several,
            up: "INSERT INTO notes (id) VALUES (7);\nALTER TABLE notes ADD x INT;\nINSERT INTO notes (id) VALUES (8);",
            down: "DO 1;")
        try migrator().up(to: MigratorTests.titles)
        let holder = schema.connection()
        try holder.execute("SET autocommit = 0")
        #expect(try holder.first("SELECT id FROM notes") == 1)
        try migrator().up { event in
            guard case .waiting = event else { return }
            do { try holder.execute("COMMIT") } catch { Issue.record(error) }
        }
        #expect(try connection.all("SELECT id FROM notes ORDER BY id") == [1, 7, 8])
    }

    @Test func `a migration that fails half-way is reported with its statement, shown, and blocks others`() throws {
        let broken = "20260103000000_notes_break"
        try write(
            broken, up: "CREATE TABLE halves (id INT);\nALTER TABLE nowhere ADD x INT;\nDO 1;", down: "DO 1;")
        expectFailure(of: { try migrator().up() }) {
            guard case .failed(broken, .up, statement: 2, let cause) = $0 else { return false }
            return cause.number == 1146
        }
        try expectHalfRun(broken)
        #expect(try Migrator.applied(on: connection) == [MigratorTests.notes, MigratorTests.titles])
    }

    @Test func `a migration whose connection is lost is shown and blocks others`() throws {
        let slow = "20260103000000_notes_sleep"
        try write(slow, up: "CREATE TABLE halves (id INT);\nDO SLEEP(60);", down: "DO 1;")
        let (schema, directory) = (schema, directory)
        let failures = try failuresInParallel(2) { thread in
            let connection = schema.connection()
            if thread == 0 {
                try Migrator([MigrationFolder(directory)], connection: connection).up()
            } else {
                var session: Int?
                eventually {
                    session = try? connection.first(
                        """
                        SELECT id FROM information_schema.processlist
                        WHERE db = DATABASE() AND info LIKE 'DO SLEEP%'
                        """)
                    return session != nil
                }
                try connection.kill(#require(session))
            }
        }
        let error = try #require(failures[0] as? MigrationError)
        guard case .failed(slow, .up, statement: 2, _) = error else {
            Issue.record(error)
            return
        }
        try expectHalfRun(slow)
    }

    @Test func `a revert that fails half-way also blocks others`() throws {
        let broken = "20260103000000_notes_break"
        try write(broken, up: "DO 1;", down: "DO 1; DROP TABLE nowhere;")
        try migrator().up()
        expectFailure(of: { try migrator().down() }) {
            if case .failed(broken, .down, statement: 2, _) = $0 { true } else { false }
        }
        try expectHalfRun(broken)
    }

    @Test func `an applied migration must not change`() throws {
        try migrator().up()
        try write(MigratorTests.titles, up: "ALTER TABLE notes ADD headline TEXT;", down: "DO 1;")
        #expect(try migrator().status().map(\.state)[1] == .changed)
        expectFailure(of: { try migrator().up() }) {
            if case .changed(MigratorTests.titles) = $0 { true } else { false }
        }
        expectFailure(of: { try migrator().down() }) { if case .changed = $0 { true } else { false } }
    }

    @Test func `an applied migration must not be missing`() throws {
        try migrator().up()
        try remove(MigratorTests.titles)
        #expect(try migrator().status().map(\.state)[1] == .missing)
        expectFailure(of: { try migrator().up() }) {
            if case .missing(MigratorTests.titles) = $0 { true } else { false }
        }
        expectFailure(of: { try migrator().down() }) { if case .missing = $0 { true } else { false } }
    }

    @Test func `a migration older than an applied one is refused`() throws {
        try migrator().up()
        let late = "20260101120000_notes_late"
        try write(late, up: "DO 1;", down: "DO 1;")
        #expect(try migrator().status().map(\.state)[1] == .outOfOrder(newestApplied: MigratorTests.titles))
        expectFailure(of: { try migrator().up() }) {
            if case .outOfOrder(late, newestApplied: MigratorTests.titles) = $0 { true } else { false }
        }
    }

    @Test func `every fault of the files is reported at once`() throws {
        try write("20260102000000_notes_same_time", up: "DO 1;", down: "DO 1;")
        try put("20260104000000_notes_alone.up.sql", "DO 1;")
        try put("20260105000000_notes_alone.down.sql", "DO 1;")
        try put("create notes.sql", "DO 1;")
        try write("20261301235959_notes_month", up: "DO 1;", down: "DO 1;")
        try put("README.md", "Not a migration.")
        let error = #expect(throws: MigrationError.self) { try Migrator.names(in: [MigrationFolder(directory)]) }
        guard case .invalidFiles(let faults) = error else {
            Issue.record("no error")
            return
        }
        #expect(faults.count == 6)
        #expect(
            faults.filter { $0.contains("is not a time") }.allSatisfy { $0.contains("begins with 20261301235959") })
    }

    @Test(arguments: [
        ("20260131120000", true), ("20240229235959", true), ("00010101000000", true), ("99991231235959", true),
        ("20230229000000", false), ("20260431000000", false), ("20261301000000", false), ("20260100000000", false),
        ("20260101240000", false), ("20260101006000", false), ("20260101000060", false), ("99999999999999", false),
        ("00000101000000", false), ("2026010100000", false), ("2026010100000x", false), ("٢٠٢٦0101000000", false),
    ])
    func `a name begins with a time that exists`(digits: String, isTime: Bool) {
        #expect(MigrationTime(digits)?.description == (isTime ? digits : nil))
    }

    @Test func `a second later may be another day, but not another millennium`() {
        #expect(MigrationTime("20261231235959")?.next?.description == "20270101000000")
        #expect(MigrationTime("20240228235959")?.next?.description == "20240229000000")
        #expect(MigrationTime("99991231235959")?.next == nil)
    }

    @Test func `several concurrent migrators apply everything once`() throws {
        let slow = "20260103000000_notes_slow"
        try write(slow, up: "DO SLEEP(0.2); CREATE TABLE slow (id INT);", down: "DROP TABLE slow;")
        let (schema, directory) = (schema, directory)
        let failures = try failuresInParallel(4) { _ in
            try Migrator([MigrationFolder(directory)], connection: schema.connection()).up()
        }
        #expect(failures.allSatisfy { $0 == nil })
        #expect(try Migrator.applied(on: connection) == [MigratorTests.notes, MigratorTests.titles, slow])
    }

    @Test func `only migrations may contain several statements at once`() throws {
        try migrator().up()
        let error = #expect(throws: DatabaseError.self) { try connection.execute("DO 1; DO 2") }
        #expect(error?.number == 1064)
    }

    private func migrator() throws -> Migrator {
        try Migrator([MigrationFolder(directory)], connection: connection)
    }

    private func expectHalfRun(_ name: String) throws {
        let status = try #require(try migrator().status().first { $0.name == name })
        guard case .halfRun = status.state else {
            Issue.record("\(status.state)")
            return
        }
        for change in [
            { try self.migrator().up() }, { try self.migrator().down() }, { try self.migrator().redo() },
        ] {
            expectFailure(of: change) { if case .halfRun(name) = $0 { true } else { false } }
        }
    }

    private func expectFailure(
        of body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation,
        _ isExpected: (MigrationError) -> Bool
    ) {
        let error = #expect(throws: MigrationError.self, sourceLocation: sourceLocation) { try body() }
        #expect(error.map(isExpected) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
    }

    private func write(_ name: String, up: String, down: String) throws {
        try put("\(name).up.sql", up)
        try put("\(name).down.sql", down)
    }

    private func put(_ file: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(file)"))
    }

    private func remove(_ name: String) throws {
        for direction in ["up", "down"] {
            try FileManager.default.removeItem(atPath: "\(directory)/\(name).\(direction).sql")
        }
    }
}
