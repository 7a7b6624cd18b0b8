import GatehouseTesting
import Testing

@testable import Database

/// How rows are read: by name and by position, and what errors say about a column that does not fit.
@Suite struct RowTests {
    private let schema: TestDatabase
    private let connection: Connection

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
        try connection.execute("CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(255) NOT NULL, name TEXT)")
        try connection.execute("INSERT INTO users (id, email) VALUES (1, 'secret@example.com')")
    }

    @Test func `a column that does not fit is named, with its types and without its value`() throws {
        struct Misfits: RowDecodable {
            init(row: Row) throws(DatabaseError) {
                expectDecoding("id", "an integer", "String") { _ = try row.decode("id", as: String.self) }
                expectDecoding("name", "NULL", "String") { _ = try row.decode("name", as: String.self) }
                expectDecoding("nane", "no such column", "String") { _ = try row.decode("nane", as: String.self) }
                expectDecoding("email", "several columns", "String") { _ = try row.decode("email", as: String.self) }
                expectDecoding("email", "text", "Int") { _ = try row.decode(1, as: Int.self) }
                expectDecoding("9", "no such column", "Int") { _ = try row.decode(9, as: Int.self) }
                #expect(!dumped(row).contains("secret"))
            }
        }
        _ = try #require(try connection.first("SELECT *, id AS email FROM users", as: Misfits.self))
    }

    @Test func `names are found in any order, repeatedly, and on every row`() throws {
        struct Mixed: RowDecodable, Equatable {
            let numbers: [Int]

            init(row: Row) throws(DatabaseError) {
                let last: Int = try row.decode("c")
                let first: Int = try row.decode("a")
                // Some rows skip a column, so that the next name has another place than on the row before.
                let middle: Int? = first.isMultiple(of: 2) ? nil : try row.decode("b")
                let again: Int = try row.decode("c")
                numbers = [first, middle ?? -1, last, again]
            }
        }
        let rows = try connection.all(
            "SELECT seq AS a, seq + 10 AS b, seq + 20 AS c FROM seq_1_to_4", as: Mixed.self
        ).map(\.numbers)
        #expect(rows == [[1, 11, 21, 21], [2, -1, 22, 22], [3, 13, 23, 23], [4, -1, 24, 24]])
    }

    /// Reads by position.
    private struct Account: RowDecodable {
        static let columnNames: ColumnNames = "id, email"
        let id: Int
        let email: String

        init(row: Row) throws(DatabaseError) {
            id = try row.decode(0)
            email = try row.decode(1)
        }
    }

    @Test func `columns read by position may be followed by others and have a qualifier`() throws {
        #expect(try connection.first("SELECT id, email FROM users", as: Account.self)?.id == 1)
        #expect(
            try connection.first("SELECT u.id, u.email, u.name FROM users u", as: Account.self)?.email
                == "secret@example.com")
    }

    @Test(arguments: [
        ("SELECT email, id FROM users WHERE FALSE" as SQL, "0", "the column email", "id of Account"),
        ("SELECT id, name FROM users WHERE FALSE", "1", "the column name", "email of Account"),
        ("SELECT id FROM users WHERE FALSE", "1", "no such column", "email of Account"),
        ("SELECT id AS user_id, email FROM users", "0", "the column user_id", "id of Account"),
    ])
    func `columns in other places are a fault, even if there is no row`(
        query: SQL, column: String, found: String, expected: String
    ) throws {
        for _ in 0..<2 {
            let error = #expect(throws: DatabaseError.self) { try connection.all(query, as: Account.self) }
            #expect(error?.kind == .decoding(column: column, found: found, expected: expected))
            #expect(error?.sql == query.text)
        }
    }

    @Test func `a statement read as two types is checked for each`() throws {
        let query: SQL = "SELECT id, email FROM users"
        struct Swapped: RowDecodable {
            static let columnNames: ColumnNames = "email, id"

            init(row: Row) throws(DatabaseError) {}
        }
        #expect(try connection.first(query, as: Account.self)?.id == 1)
        #expect(throws: DatabaseError.self) { try connection.first(query, as: Swapped.self) }
        #expect(try connection.first(query, as: Account.self)?.id == 1)
    }

    @Test func `using a row after the next one was read is a fault`() throws {
        struct Kept: RowDecodable {
            let row: Row

            init(row: Row) throws(DatabaseError) { self.row = row }
        }
        let rows = try connection.all("SELECT seq FROM seq_1_to_2", as: Kept.self).map(\.row)
        let error = #expect(throws: DatabaseError.self) { try rows[0].decode(0, as: Int.self) }
        #expect(error?.kind == .usage("a row was used after the next one was read"))
    }
}

private func expectDecoding(_ column: String, _ found: String, _ expected: String, of body: () throws -> Void) {
    let error = #expect(throws: DatabaseError.self) { try body() }
    #expect(error?.kind == .decoding(column: column, found: found, expected: expected))
}
