import Database
import GatehouseTesting
import Testing

/// A server that no longer accepts changes, such as the old one of a failover.
@Suite(.serialized) struct ReadOnlyTests {
    /// A server with a table and an account to which `read_only` applies.
    private struct Server {
        private let process: PrivateServer
        var socket: String { process.socket }

        init() throws {
            process = try PrivateServer()
            try asRoot("CREATE DATABASE notes")
            try asRoot("CREATE TABLE notes.notes (id INT PRIMARY KEY)")
            try asRoot("CREATE USER plain@localhost")
            try asRoot("GRANT SELECT, INSERT, UPDATE, DELETE ON notes.* TO plain@localhost")
        }

        func asRoot(_ sql: SQL) throws {
            let root = DatabaseClient(try TestDatabase.settings(schema: "mysql", socket: socket)).connection()
            try root.execute(sql)
        }

        /// Restarts it with a storage engine that accepts no changes from anybody.
        func restartReadOnly() throws {
            process.stop()
            try process.start(["--innodb-read-only"])
        }

        func setReadOnly(_ isReadOnly: Bool) throws {
            try asRoot(isReadOnly ? "SET GLOBAL read_only = 1" : "SET GLOBAL read_only = 0")
        }

        /// Sets whether new sessions may make changes.
        func setSessionsReadOnly(_ areReadOnly: Bool) throws {
            try asRoot(areReadOnly ? "SET GLOBAL tx_read_only = 1" : "SET GLOBAL tx_read_only = 0")
        }

        func ids() throws -> [Int] {
            let root = DatabaseClient(try TestDatabase.settings(schema: "notes", socket: socket)).connection()
            return try root.all("SELECT id FROM notes ORDER BY id")
        }
    }

    private func connection(to servers: Server...) -> Connection {
        let endpoints = servers.map { DatabaseSettings.Endpoint.socket($0.socket) }
        return DatabaseClient(DatabaseSettings(endpoints: endpoints, name: "notes", user: "plain")).connection()
    }

    @Test func `a change is refused as unavailable until the server accepts changes again`() throws {
        let server = try Server()
        let connection = connection(to: server)
        #expect(try connection.isWritable())
        try server.setReadOnly(true)
        let error = #expect(throws: DatabaseError.self) { try connection.execute("INSERT INTO notes VALUES (\(1))") }
        #expect(error?.kind == .unavailable)
        #expect(error?.number == 1290)
        let inTransaction = #expect(throws: DatabaseError.self) {
            try connection.transaction { try $0.execute("INSERT INTO notes VALUES (\(2))") }
        }
        #expect(inTransaction?.kind == .unavailable)
        #expect(try !connection.isWritable())
        #expect(try connection.all("SELECT id FROM notes", as: Int.self) == [], "reading still works")
        try connection.note { db throws(DatabaseError) in _ = try db.execute("INSERT INTO notes VALUES (\(4))") }
        #expect(throws: DatabaseError.self) {
            try connection.note { db throws(DatabaseError) in _ = try db.execute("INSERT INTO nowhere VALUES (\(4))") }
        }
        try server.setReadOnly(false)
        try connection.execute("INSERT INTO notes VALUES (\(3))")
        #expect(try connection.isWritable())
        #expect(try server.ids() == [3])
    }

    @Test func `a server whose storage engine accepts no changes counts as read-only`() throws {
        let server = try Server()
        try server.asRoot("INSERT INTO notes.notes VALUES (7)")
        try server.restartReadOnly()
        let connection = connection(to: server)
        #expect(try !connection.isWritable())
        let error = #expect(throws: DatabaseError.self) { try connection.execute("INSERT INTO notes VALUES (\(1))") }
        #expect(error?.kind == .unavailable)
        #expect(error?.isReadOnly == true)
        #expect(try connection.all("SELECT id FROM notes", as: Int.self) == [7])
    }

    @Test func `a server whose sessions make no changes counts as read-only`() throws {
        let server = try Server()
        try server.setSessionsReadOnly(true)
        let connection = connection(to: server)
        #expect(try !connection.isWritable())
        let error = #expect(throws: DatabaseError.self) { try connection.execute("INSERT INTO notes VALUES (\(1))") }
        #expect(error?.kind == .unavailable)
        #expect(error?.number == 1792)
        try server.setSessionsReadOnly(false)
        #expect(try connection.isWritable())
    }

    @Test func `changes go to the server that has taken over`() throws {
        let (old, new) = (try Server(), try Server())
        try new.setReadOnly(true)
        let connection = connection(to: old, new)
        try connection.execute("INSERT INTO notes VALUES (\(1))")

        try old.setReadOnly(true)
        try new.setReadOnly(false)
        try connection.execute("INSERT INTO notes VALUES (\(2))")
        #expect(try old.ids() == [1])
        #expect(try new.ids() == [2])

        try old.setReadOnly(false)
        try new.setReadOnly(true)
        #expect(try connection.isWritable(), "the question made it look for another server")
        try connection.transaction { _ = try $0.execute("INSERT INTO notes VALUES (\(3))") }
        #expect(try old.ids() == [1, 3])
    }

    @Test func `a transaction whose server becomes read-only runs again as a whole on another`() throws {
        let (old, new) = (try Server(), try Server())
        let connection = connection(to: old, new)
        var runs = 0
        try connection.transaction { connection in
            runs += 1
            _ = try connection.all("SELECT id FROM notes", as: Int.self)
            if runs == 1 { try old.setReadOnly(true) }
            for id in 1...2 { try connection.execute("INSERT INTO notes VALUES (\(id))") }
        }
        #expect(runs == 2)
        #expect(try old.ids() == [])
        #expect(try new.ids() == [1, 2])
    }

    @Test func `a transaction on a read-only session runs again on another`() throws {
        let server = try Server()
        let connection = connection(to: server)
        try connection.execute("SET SESSION tx_read_only = 1")
        try connection.transaction { _ = try $0.execute("INSERT INTO notes VALUES (\(1))") }
        #expect(try server.ids() == [1], "another session has made the change")
    }
}
