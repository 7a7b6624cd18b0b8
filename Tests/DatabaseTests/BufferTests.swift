import FoundationEssentials
import GatehouseTesting
import Testing

@testable import Database

/// The memory of a statement, which is bound once and reused by every execution.
@Suite struct BufferTests {
    private let schema: TestDatabase
    private let connection: Connection

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
    }

    /// Lengths on either side of every size of a slot, growing and shrinking.
    private static let lengths = [
        0, 1, 63, 64, 65, 8, 128, 129, 255, 256, 257, 3, 4095, 4096, 4097, 70_000, 2, 5000, 0,
    ]

    @Test func `parameters grow and shrink between executions`() throws {
        for length in Self.lengths {
            let text = String(repeating: "ж", count: length)
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let sent: [String] = try connection.all(
                "SELECT CONCAT(CHAR_LENGTH(\(text)), ' ', MD5(\(bytes)), ' ', MD5(\(text)))")
            let again: [String] = try connection.all(
                "SELECT CONCAT(CHAR_LENGTH(\(text)), ' ', MD5(\(bytes)), ' ', MD5(\(text)))")
            #expect(sent == again)
            #expect(sent.first?.hasPrefix("\(length) ") == true)
        }
    }

    @Test func `a parameter has one type after another, and NULL between them`() throws {
        func answer(_ value: some SQLValue) throws -> String? {
            try connection.first("SELECT CONCAT(\(value))", as: String?.self) ?? nil
        }
        let id = try #require(UUID(uuidString: "019BA000-0000-7000-8000-0000000000FF"))
        for _ in 0..<2 {
            #expect(try answer(Int?.none) == nil)
            #expect(try answer(-7) == "-7")
            #expect(try answer(UInt64.max) == "18446744073709551615")
            #expect(try answer(String?.none) == nil)
            #expect(try answer("text") == "text")
            #expect(try answer(id) == "019ba000-0000-7000-8000-0000000000ff")
            #expect(try answer(1.5) == "1.5")
            #expect(try answer(Date(timeIntervalSinceReferenceDate: 0))?.hasPrefix("2001-01-01 00:00:00") == true)
        }
    }

    @Test func `columns grow and shrink between rows and executions`() throws {
        struct Pair: RowDecodable {
            let number: Int
            let text: String
            let octets: [UInt8]
            let end: String?

            init(row: Row) throws(DatabaseError) {
                number = try row.decode("number")
                text = try row.decode("text")
                octets = try row.decode("octets")
                end = try row.decode("end")
            }
        }
        try connection.execute(
            "CREATE TABLE pieces (id INT PRIMARY KEY AUTO_INCREMENT, text LONGTEXT, octets LONGBLOB) CHARSET utf8mb4")
        for length in Self.lengths {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try connection.execute(
                "INSERT INTO pieces (text, octets) VALUES (\(String(repeating: "a", count: length)), \(bytes))")
        }
        for descending in [false, true, false] {
            let rows: [Pair] = try connection.all(
                """
                SELECT LENGTH(text) AS number, text, octets, IF(id % 2 = 0, 'end', NULL) AS `end`
                FROM pieces ORDER BY IF(\(descending), -id, id)
                """)
            #expect(rows.map(\.number) == (descending ? Self.lengths.reversed() : Self.lengths))
            for (index, row) in rows.enumerated() {
                #expect(row.text.utf8.count == row.number)
                #expect(row.text.utf8.allSatisfy { $0 == UInt8(ascii: "a") })
                #expect(row.octets == (0..<row.number).map { UInt8(truncatingIfNeeded: $0 &* 7) })
                #expect((row.end == nil) == index.isMultiple(of: 2))
            }
        }
    }

    @Test func `memory for values grows by powers of two, and long values give it back`() {
        let memory = ValueMemory(sizes: [0, 64])
        #expect(memory[0].count == 8)
        let address = memory[1].baseAddress
        #expect(!memory.reserve(64, at: 1))
        #expect(memory[1].baseAddress == address)
        #expect(memory.reserve(65, at: 1))
        #expect(memory[1].count == 128)
        #expect(!memory.giveBackLongSlots())
        #expect(memory.reserve(70_000, at: 1))
        #expect(memory[1].count == 70_000)
        #expect(memory.giveBackLongSlots())
        #expect(memory[1].count == ValueMemory.longestKept)
        #expect(!memory.giveBackLongSlots())
    }

    @Test func `a failed statement is prepared again with new memory`() throws {
        try connection.execute("CREATE TABLE names (name VARCHAR(200) PRIMARY KEY)")
        for name in ["a", String(repeating: "b", count: 150), "c"] {
            try connection.execute("INSERT INTO names VALUES (\(name))")
            let error = #expect(throws: DatabaseError.self) {
                try connection.execute("INSERT INTO names VALUES (\(name))")
            }
            #expect(error?.isDuplicateKey() == true)
        }
        #expect(try connection.first("SELECT COUNT(*) FROM names") == 3)
    }

    @Test func `a closed connection binds its statements again`() throws {
        for length in [10, 300] {
            let text = String(repeating: "x", count: length)
            for _ in 0..<2 { #expect(try connection.first("SELECT CONCAT(\(text), \(7))") == text + "7") }
            connection.close()
        }
    }
}
