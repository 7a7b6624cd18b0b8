import Database
import GatehouseTesting
import Testing

/// The effects of deadlines and time-outs. The tests wait for times, but never compare them.
@Suite struct DeadlineTests {
    private let schema: TestDatabase
    private let connection: Connection

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
    }

    private func running(_ text: String) throws -> Int {
        try #require(
            try schema.connection().first(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE \(text) AND db = DATABASE()",
                as: Int.self))
    }

    @Test func `past its deadline a connection does nothing, and without one it works again`() throws {
        connection.deadline = .now
        let error = #expect(throws: DatabaseError.self) { try connection.execute("DO 1") }
        #expect(error?.isTimeout == true)
        #expect(error?.kind == .unavailable)
        #expect(throws: DatabaseError.self) { try connection.transaction { _ in Issue.record("it began") } }
        connection.deadline = nil
        #expect(try connection.first("SELECT 1") == 1)
        connection.deadline = .now + .seconds(60)
        #expect(try connection.first("SELECT 1") == 1)
    }

    @Test func `a read that reaches the deadline is given up and not repeated`() throws {
        #expect(try connection.first("SELECT 1") == 1)
        connection.deadline = .now + .milliseconds(300)
        let error = #expect(throws: DatabaseError.self) {
            try connection.first("SELECT SLEEP(8) AS read_once", as: Int.self)
        }
        #expect(error?.isTimeout == true)
        #expect(try running("%SLEEP(8) AS read_once") == 1, "the statement that was given up")
    }

    @Test func `a transaction that reaches the deadline is not started again`() throws {
        try connection.execute("CREATE TABLE notes (id INT)")
        connection.deadline = .now + .milliseconds(300)
        var runs = 0
        let error = #expect(throws: DatabaseError.self) {
            try connection.transaction { db in
                runs += 1
                try db.execute("INSERT INTO notes VALUES (\(runs))")
                _ = try db.first("SELECT SLEEP(8)", as: Int.self)
            }
        }
        #expect(error?.isTimeout == true)
        #expect(runs == 1)
        connection.deadline = nil
        #expect(eventually { (try? connection.first("SELECT COUNT(*) FROM notes")) == 0 }, "it was rolled back")
    }

    @Test func `a deadline inside a transaction rolls it back`() throws {
        try connection.execute("CREATE TABLE notes (id INT)")
        let error = #expect(throws: DatabaseError.self) {
            try connection.transaction { db in
                try db.execute("INSERT INTO notes VALUES (1)")
                db.deadline = .now
            }
        }
        #expect(error?.isTimeout == true)
        connection.deadline = nil
        #expect(try connection.first("SELECT COUNT(*) FROM notes") == 0)
    }

    @Test func `the server ends a statement that runs too long, and the session continues`() throws {
        let session = try connection.first("SELECT CONNECTION_ID()", as: Int.self)
        try connection.execute("SET max_statement_time = 0.2")
        let error = #expect(throws: DatabaseError.self) {
            try connection.first("SELECT SUM(1) FROM seq_1_to_1000000000", as: Int.self)
        }
        #expect(error?.number == 1969)
        #expect(error?.isTimeout == true)
        #expect(error?.isContention == true)
        #expect(try connection.first("SELECT CONNECTION_ID()") == session)
    }

    @Test func `time limits for locks and statements are shorter than the one for answers`() throws {
        #expect(try connection.first("SELECT @@lock_wait_timeout") == 3)
        #expect(try connection.first("SELECT @@max_statement_time < 10") == true)
    }

    @Test func `a locked table is contention`() throws {
        try connection.execute("CREATE TABLE notes (id INT)")
        let holder = schema.connection()
        try holder.execute("SET @ready = 1")
        try holder.execute("LOCK TABLES notes WRITE")
        try connection.execute("SET lock_wait_timeout = 1")
        let error = #expect(throws: DatabaseError.self) { try connection.all("SELECT id FROM notes", as: Int.self) }
        #expect(error?.isContention == true)
        try holder.execute("UNLOCK TABLES")
        #expect(try connection.all("SELECT id FROM notes", as: Int.self) == [])
    }
}
