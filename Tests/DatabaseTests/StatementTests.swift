import GatehouseTesting
import Testing

@testable import Database

/// How SQL is composed, prepared, cached and read.
@Suite struct StatementTests {
    private let schema: TestDatabase
    private let connection: Connection

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
        try connection.execute(
            """
            CREATE TABLE users (
                id INT PRIMARY KEY AUTO_INCREMENT, email VARCHAR(255) NOT NULL, name TEXT,
                CONSTRAINT uq_users_email UNIQUE (email), CONSTRAINT ck_users_name CHECK (name <> 'root')
            )
            """)
    }

    @Test func `interpolation binds, and pieces keep their values in order`() throws {
        let filter: SQL = "email = \("a' OR '1'='1")"
        var query: SQL = "SELECT \(1) FROM users WHERE \(filter)"
        query += " AND id IN (\(list: [2, 3]))"
        let whole = query + " LIMIT \(4)"
        #expect(whole.text == "SELECT ? FROM users WHERE email = ? AND id IN (?, ?, ?, ?) LIMIT ?")
        #expect(try connection.all(whole, as: Int.self) == [])
        #expect(!"\(whole)".contains("OR"))
        #expect(!dumped(whole).contains("OR"))
    }

    @Test func `an empty list selects nothing`() throws {
        try connection.execute("INSERT INTO users (email) VALUES ('a@example.com')")
        #expect(try connection.all("SELECT id FROM users WHERE id IN (\(list: [Int]()))", as: Int.self) == [])
    }

    @Test func `lists of any length make few statements, and find their elements`() throws {
        try connection.execute("INSERT INTO users (email) SELECT CONCAT('u', seq) FROM seq_1_to_300")
        var texts: Set<String> = []
        for length in 0...300 {
            let ids = Array(0..<length)
            let query: SQL = "SELECT COUNT(*) FROM users WHERE id IN (\(list: ids))"
            texts.insert(query.text)
            #expect(try connection.first(query) == max(0, length - 1))
            #expect(query.bindings.count == (ids.isEmpty ? 0 : SQL.paddedLength(of: length)))
        }
        #expect(texts.count == 6)
        for length in [1000, 1024, 20_000] { #expect(SQL.paddedLength(of: length) >= length) }
    }

    @Test func `a question mark without a value is a fault`() throws {
        let error = #expect(throws: DatabaseError.self) { try connection.execute("DO ?") }
        #expect(error?.sql == "DO ?")
    }

    @Test func `affected rows are those that changed, and generated ids are returned`() throws {
        #expect(try connection.execute("INSERT INTO users (email) VALUES ('a'), ('b')").lastInsertID == 1)
        #expect(try connection.execute("UPDATE users SET name = 'x'").affectedRows == 2)
        #expect(try connection.execute("UPDATE users SET name = 'x'").affectedRows == 0)
        #expect(try connection.execute("DELETE FROM users WHERE id = \(9)").affectedRows == 0)
    }

    @Test func `rows come in order, and first returns the first of them`() throws {
        try connection.execute("INSERT INTO users (email) VALUES ('a'), ('b'), ('c')")
        #expect(try connection.all("SELECT email FROM users ORDER BY id") == ["a", "b", "c"])
        #expect(try connection.first("SELECT email FROM users ORDER BY id DESC") == "c")
        #expect(try connection.first("SELECT email FROM users WHERE FALSE", as: String.self) == nil)
        #expect(try connection.first("SELECT COUNT(*) FROM users") == 3)
    }

    @Test func `a connection caches a bounded number of prepared statements, the last used`() throws {
        var settings = try TestDatabase.settings(schema: schema.name)
        settings.statementCacheSize = 4
        let connection = DatabaseClient(settings).connection()
        let queries: [SQL] = ["DO 1", "DO 2", "DO 3", "DO 4", "DO 5", "DO 6", "DO 7", "DO 8"]
        for query in queries { try connection.execute(query) }
        // The query that counts takes a place too.
        #expect(try counter("Com_stmt_prepare", connection) == 9)
        #expect(try counter("Com_stmt_close", connection) == 5)
        for _ in 0..<10 { try connection.execute("DO 8") }
        #expect(try counter("Com_stmt_prepare", connection) == 9)
    }

    @Test func `a long statement is not cached`() throws {
        // Except for the statements that make the table and count, every statement here is long.
        let ids = Array(1...5000)
        for _ in 0..<3 {
            #expect(try connection.first("SELECT COUNT(*) FROM users WHERE id IN (\(list: ids))") == 0)
        }
        #expect(try counter("Com_stmt_prepare", connection) - counter("Com_stmt_close", connection) == 2)
    }

    private func counter(_ name: String, _ connection: Connection) throws -> Int {
        let value = try connection.first(
            "SELECT variable_value FROM information_schema.session_status WHERE variable_name = \(name)",
            as: String.self)
        return try #require(value.flatMap { Int($0) })
    }

    @Test func `a cached statement follows a changed table`() throws {
        try connection.execute("INSERT INTO users (email, name) VALUES ('a', '1')")
        struct Before: RowDecodable {
            let name: String

            init(row: Row) throws(DatabaseError) { name = try row.decode("name") }
        }
        struct After: RowDecodable {
            let name: Int
            let age: Int

            init(row: Row) throws(DatabaseError) {
                name = try row.decode("name")
                age = try row.decode("age")
            }
        }
        struct Email: RowDecodable {
            let email: String

            init(row: Row) throws(DatabaseError) { email = try row.decode("email") }
        }
        let query: SQL = "SELECT * FROM users"
        #expect(try connection.first(query, as: Before.self)?.name == "1")
        let other = schema.connection()
        try other.execute("ALTER TABLE users MODIFY name BIGINT, ADD age INT NOT NULL DEFAULT 7 FIRST")
        let after = try #require(try connection.first(query, as: After.self))
        #expect(after.name == 1)
        #expect(after.age == 7)
        try other.execute("ALTER TABLE users DROP COLUMN age, DROP COLUMN name")
        #expect(try connection.first(query, as: Email.self)?.email == "a")
    }

    @Test func `statements with the same text share one prepared statement`() throws {
        for _ in 0..<3 { try connection.execute("DO 17") }
        let prepared = try counter("Com_stmt_prepare", connection)
        var pieces: SQL = "DO "
        pieces += "17"
        #expect(pieces.pieces != ("DO 17" as SQL).pieces)
        for _ in 0..<3 { try connection.execute(pieces) }
        for _ in 0..<3 { try connection.execute("DO 17") }
        #expect(try counter("Com_stmt_prepare", connection) == prepared)
    }

    @Test func `literals of one character and beyond ASCII keep their place in the text`() throws {
        let query: SQL = "SELECT \(1) + \(2)*\(3)"
        #expect(query.text == "SELECT ? + ?*?")
        #expect(try connection.first(query) == 7)
        let snowman: SQL = "☃"
        #expect(("SELECT 'ä'" + snowman).text == "SELECT 'ä'☃")
    }
}
