import GatehouseTesting
import Testing

@testable import Database

/// Connections that together hold as many prepared statements as the server allows.
@Suite struct StatementLimitTests {
    private static let limit = 30

    private let server: PrivateServer
    private let database: DatabaseClient

    init() throws {
        server = try PrivateServer()
        database = DatabaseClient(try TestDatabase.settings(schema: "mysql", socket: server.socket))
        try database.connection().execute("SET GLOBAL max_prepared_stmt_count = \(Self.limit)")
    }

    /// A statement for each number.
    private func query(_ number: Int) -> SQL {
        var query: SQL = "SELECT \(number)"
        for _ in 0..<number { query += " + 0" }
        return query
    }

    private func prepare(_ numbers: Range<Int>, on connection: Connection) throws {
        for number in numbers { #expect(try connection.first(query(number)) == number) }
    }

    @Test func `a session closes half of its statements and continues`() throws {
        let connection = database.connection()
        for number in 0..<(4 * Self.limit) { try prepare(number..<(number + 1), on: connection) }
        let closed: String? = try connection.first(
            "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'Com_stmt_close'")
        // Half of the statements each time, and not one by one.
        #expect(try #require(closed.flatMap { Int($0) }) >= Self.limit)
        try prepare(0..<5, on: connection)
    }

    @Test func `the least recently used statements are closed first`() throws {
        let (greedy, other) = (database.connection(), database.connection())
        try prepare(0..<10, on: greedy)
        try prepare(0..<(Self.limit - 10), on: other)
        try prepare(10..<11, on: greedy)
        let counted = try #require(try prepared(by: greedy))
        try prepare(5..<11, on: greedy)
        #expect(try prepared(by: greedy) == counted)
        try prepare(0..<1, on: greedy)
        #expect(try prepared(by: greedy) == counted + 1)
    }

    @Test func `a session without statements to close is in contention`() throws {
        let (greedy, other) = (database.connection(), database.connection())
        try prepare(0..<Self.limit, on: greedy)
        let error = #expect(throws: DatabaseError.self) { try prepare(0..<1, on: other) }
        #expect(error?.isContention == true)
        #expect(error?.isUnavailable == false)
        greedy.close()
        #expect(eventually { (try? other.first(query(1))) == 1 })
    }

    @Test func `a transaction at the limit continues`() throws {
        let (greedy, other) = (database.connection(), database.connection())
        try prepare(0..<(Self.limit - 4), on: greedy)
        try other.transaction { db throws in
            for number in 0..<20 { #expect(try db.first(query(number)) == number) }
        }
    }

    private func prepared(by connection: Connection) throws -> Int? {
        try connection.first(
            "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'Com_stmt_prepare'",
            as: String.self
        ).flatMap { Int($0) }
    }
}
