import Database
import GatehouseTesting
import Testing

/// Errors say what callers need, and never contain a value.
@Suite struct DatabaseErrorTests {
    private let schema: TestDatabase
    private let connection: Connection

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
        try connection.execute(
            """
            CREATE TABLE users (
                id INT PRIMARY KEY, email VARCHAR(255) NOT NULL, age TINYINT, born_at DATETIME(6),
                CONSTRAINT uq_users_email UNIQUE (email)
            ) COLLATE utf8mb4_nopad_bin
            """)
    }

    @Test(arguments: [
        "ada@example.com", "x' for key 'PRIMARY", "' for key '", String(repeating: "x", count: 255),
        String(repeating: "x' for key 'y", count: 19), "\u{FF9E}x@example.com", "\u{301}x", "x\u{301}",
    ])
    func `a duplicate names its key, whatever the value is`(email: String) throws {
        try connection.execute("INSERT INTO users (id, email) VALUES (1, \(email))")
        let error = try failure("INSERT INTO users (id, email) VALUES (2, \(email))")
        #expect(error.isDuplicateKey())
        #expect(error.isDuplicateKey("uq_users_email"))
        #expect(!error.isDuplicateKey("PRIMARY"))
        #expect(error.kind == .server(number: 1062, sqlState: "23000"))
        expect(error, hides: email)
        let primary = try failure("INSERT INTO users (id, email) VALUES (1, 'other')")
        #expect(primary.isDuplicateKey("PRIMARY"))
    }

    @Test func `a duplicate of the longest value in four-byte characters hides the value too`() throws {
        let email = String(repeating: "🦊", count: 255)
        try connection.execute("INSERT INTO users (id, email) VALUES (1, \(email))")
        let error = try failure("INSERT INTO users (id, email) VALUES (2, \(email))")
        #expect(error.isDuplicateKey("uq_users_email"))
        expect(error, hides: "🦊")
    }

    @Test func `an account that has reached its limit is asked to repeat the request, and nothing is done`() throws {
        try connection.execute("CREATE OR REPLACE USER gatehouse_limited@localhost WITH MAX_QUERIES_PER_HOUR 20")
        try connection.execute("GRANT ALL ON `gatehouse\\_test\\_%`.* TO gatehouse_limited@localhost")
        let settings = try TestDatabase.settings(schema: schema.name)
        let limited = DatabaseClient(
            DatabaseSettings(endpoints: settings.endpoints, name: schema.name, user: "gatehouse_limited")
        ).connection()
        var done = 0
        let error = #expect(throws: DatabaseError.self) {
            while done < 100 {
                _ = try limited.transaction {
                    try $0.execute("INSERT INTO users (id, email) VALUES (\(done), \(done))")
                }
                done += 1
            }
        }
        #expect(error?.number == 1226)
        #expect(error?.isContention == true)
        #expect(try connection.first("SELECT COUNT(*) FROM users") == done)
    }

    @Test func `a missing table or column is reported as an outdated schema`() throws {
        #expect(try failure("SELECT id FROM nowhere").isOfAnotherSchema)
        #expect(try failure("SELECT nothing FROM users").isOfAnotherSchema)
        #expect(try !failure("SELECT 1 FROM").isOfAnotherSchema)
    }

    @Test func `errors in which the server quotes the value do not show it`() throws {
        expect(
            try failure("INSERT INTO users (id, email, age) VALUES (1, 'a', \("secret-age"))"),
            hides: "secret")
        expect(
            try failure("INSERT INTO users (id, email, born_at) VALUES (1, 'a', \("secret-day"))"),
            hides: "secret")
        expect(
            try failure("SELECT JSON_VALUE(\("{}"), \("secret-path")), EXTRACTVALUE('<a/>', \("secret["))"),
            hides: "secret")
        expect(
            try failure("INSERT INTO users (id, email, age) VALUES (1, 'a', \(987_654_321))"), hides: "987")
        expect(try failure("SET time_zone = \("secret-zone")"), hides: "secret")
    }

    @Test func `an error in a statement has the server's message`() throws {
        let error = try failure("SELECT nonsense FROM users WHERE email = \("secret")")
        #expect(error.description.contains("nonsense"))
        #expect(error.description.contains("[SELECT nonsense FROM users WHERE email = ?]"))
        expect(error, hides: "secret")
    }

    @Test func `the strict SQL modes are on, whatever the server's default`() throws {
        #expect(try failure("INSERT INTO users (id, email) VALUES (1, NULL)").number == 1048)
        #expect(
            try failure("INSERT INTO users (id, email, born_at) VALUES (1, 'a', '0000-00-00')").number == 1292
        )
        #expect(try failure("INSERT INTO users (id, email, age) VALUES (1, 'a', 1 / 0)").number == 1365)
        #expect(try connection.first("SELECT @@session.time_zone") == "+00:00")
        #expect(try connection.first("SELECT @@session.tx_isolation") == "READ-COMMITTED")
        #expect(try connection.first("SELECT @@session.innodb_lock_wait_timeout") == 3)
    }

    private func failure(_ sql: SQL) throws -> DatabaseError {
        struct Anything: RowDecodable {
            init(row: Row) throws(DatabaseError) {}
        }
        return try #require(throws: DatabaseError.self) { try connection.all(sql, as: Anything.self) }
    }

    private func expect(
        _ error: DatabaseError, hides value: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for text in [
            "\(error)", String(reflecting: error), dumped(error), String(describing: error as any Error),
        ] {
            #expect(!text.contains(value), sourceLocation: sourceLocation)
        }
    }
}
