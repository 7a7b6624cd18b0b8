import Database
import GatehouseTesting
import Testing

/// A server that goes away, comes back, or is not there.
@Suite(.serialized) struct LostConnectionTests {
    @Test func `a restarted server is used again without losing a statement`() throws {
        let server = try PrivateServer()
        let schema = try TestDatabase(socket: server.socket)
        let connection = schema.connection()
        try connection.execute("CREATE TABLE notes (id INT PRIMARY KEY)")
        try connection.execute("INSERT INTO notes VALUES (\(1))")

        server.stop()
        let error = #expect(throws: DatabaseError.self) {
            try connection.execute("INSERT INTO notes VALUES (\(2))")
        }
        #expect(error?.kind == .unavailable)

        try server.start()
        #expect(eventually { (try? connection.execute("INSERT INTO notes VALUES (\(3))")) != nil })
        server.stop()
        try server.start()
        // The prepared statement is the same as before; the idle connection notices that its session is gone.
        try connection.execute("INSERT INTO notes VALUES (\(4))")
        #expect(try connection.all("SELECT id FROM notes ORDER BY id") == [1, 3, 4])
    }

    @Test func `a transaction on a server that restarts runs again as a whole`() throws {
        let server = try PrivateServer()
        let schema = try TestDatabase(socket: server.socket)
        let connection = schema.connection()
        try connection.execute("CREATE TABLE notes (id INT PRIMARY KEY)")
        var runs = 0
        try connection.transaction { connection in
            runs += 1
            try connection.execute("INSERT INTO notes VALUES (\(1))")
            if runs == 1 {
                server.stop(by: 9)
                try server.start()
            }
            try connection.execute("INSERT INTO notes VALUES (\(2))")
        }
        #expect(runs == 2)
        #expect(try connection.all("SELECT id FROM notes ORDER BY id") == [1, 2])
    }

    @Test func `16 MiB of bytes fit if the server accepts such packets`() throws {
        let server = try PrivateServer()
        let schema = try TestDatabase(socket: server.socket)
        let connection = schema.connection()
        try connection.execute("CREATE TABLE files (content LONGBLOB)")
        let bytes = (0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try connection.execute("INSERT INTO files VALUES (\(bytes))")
        #expect(try connection.first("SELECT content FROM files", as: [UInt8].self) == bytes)
    }

    @Test func `after a failed attempt every connection is refused without trying`() throws {
        let database = DatabaseClient(
            DatabaseSettings(endpoints: [.socket("/nonexistent/socket")], name: "none", user: "nobody"))
        let first = #expect(throws: DatabaseError.self) { try database.connection().execute("DO 1") }
        #expect(first?.number == 2002)
        let second = #expect(throws: DatabaseError.self) { try database.connection().execute("DO 1") }
        #expect(second?.isUnavailable == true)
        #expect(second?.number == nil)
        #expect(eventually { lastNumber(database) == 2002 })
    }

    @Test func `the second endpoint is used if the first does not answer`() throws {
        var settings = try TestDatabase.settings(schema: "information_schema")
        settings.endpoints.insert(.socket("/nonexistent/socket"), at: 0)
        #expect(try DatabaseClient(settings).connection().first("SELECT 1") == 1)
    }

    @Test func `a wrong password counts as unavailable and is not shown`() throws {
        var settings = try TestDatabase.settings(schema: "information_schema")
        settings.password = "secret-of-the-test"
        let connection = DatabaseClient(settings).connection()
        let error = try #require(throws: DatabaseError.self) { try connection.execute("DO 1") }
        #expect(error.isUnavailable)
        #expect(error.number == 1045)
        for text in [
            String(describing: error), String(reflecting: settings), dumped(settings), dumped(error),
        ] {
            #expect(!text.contains("secret-of-the-test"))
        }
    }

    @Test func `an idle connection that was killed is replaced`() throws {
        let schema = try TestDatabase()
        let (connection, killer) = (schema.connection(), schema.connection())
        let session = try #require(try connection.first("SELECT CONNECTION_ID()", as: Int.self))
        try killer.kill(session)
        #expect(try connection.execute("DO 1").affectedRows == 0)
        #expect(try connection.first("SELECT CONNECTION_ID()") != session)
    }

    @Test func `a transaction whose connection is killed runs again as a whole`() throws {
        let schema = try TestDatabase()
        let (connection, killer) = (schema.connection(), schema.connection())
        try connection.execute("CREATE TABLE notes (id INT PRIMARY KEY)")
        var runs = 0
        try connection.transaction { connection in
            runs += 1
            try connection.execute("INSERT INTO notes VALUES (\(runs))")
            if runs == 1 {
                let session = try #require(try connection.first("SELECT CONNECTION_ID()", as: Int.self))
                try killer.kill(session)
            }
            // After the loss, nothing may commit on its own, even if the closure continues.
            _ = try? connection.execute("INSERT INTO notes VALUES (\(runs + 10))")
        }
        #expect(runs == 2)
        #expect(try connection.all("SELECT id FROM notes ORDER BY id") == [2, 12])
    }

    @Test func `a change whose connection is killed meanwhile has an unknown outcome`() throws {
        let schema = try TestDatabase()
        let setup = schema.connection()
        try setup.execute("CREATE TABLE notes (id INT PRIMARY KEY)")
        let failures = try failuresInParallel(2) { thread in
            let connection = schema.connection()
            if thread == 0 {
                try connection.execute("INSERT INTO notes SELECT \(1) + SLEEP(\(30))")
            } else {
                var session: Int?
                eventually {
                    session = try? connection.first(
                        """
                        SELECT id FROM information_schema.processlist
                        WHERE db = DATABASE() AND info LIKE 'INSERT INTO notes%'
                        """)
                    return session != nil
                }
                try connection.kill(#require(session))
            }
        }
        #expect((failures[0] as? DatabaseError)?.kind == .unknownOutcome)
        #expect(failures[1] == nil)
    }

    private func lastNumber(_ database: DatabaseClient) -> UInt32? {
        do {
            try database.connection().execute("DO 1")
            return nil
        } catch {
            return error.number
        }
    }
}

extension Connection {
    /// Kills another session and waits until it is gone.
    func kill(_ session: Int) throws {
        try execute("SET @victim = \(session)")
        try execute("BEGIN NOT ATOMIC EXECUTE IMMEDIATE CONCAT('KILL CONNECTION ', @victim); END")
        try eventually {
            try first("SELECT COUNT(*) FROM information_schema.processlist WHERE id = \(session)") == 0
        }
    }
}

/// The output of `dump`.
func dumped(_ value: Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}
