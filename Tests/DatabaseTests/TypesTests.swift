import Database
import FoundationEssentials
import GatehouseTesting
import Testing

/// Values of every type come back from the server unchanged.
@Suite struct TypesTests {
    private let schema: TestDatabase
    private let connection: Connection

    init() throws {
        schema = try TestDatabase()
        connection = schema.connection()
        try connection.execute(
            """
            CREATE TABLE samples (
                id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, signed_number BIGINT, unsigned_number BIGINT UNSIGNED,
                small_number INT, is_set BOOLEAN, real_number DOUBLE, words LONGTEXT, octets LONGBLOB,
                happened_at DATETIME(6), public_id UUID
            ) COLLATE utf8mb4_nopad_bin
            """)
    }

    @Test(arguments: [Int.min, -1, 0, 1, Int.max]) func `signed integers`(number: Int) throws {
        try connection.execute("INSERT INTO samples (signed_number) VALUES (\(number))")
        #expect(try connection.first("SELECT signed_number FROM samples") == number)
    }

    @Test(arguments: [0, UInt64(Int64.max), UInt64(Int64.max) + 1, UInt64.max])
    func `unsigned integers of 64 bits`(number: UInt64) throws {
        try connection.execute("INSERT INTO samples (unsigned_number) VALUES (\(number))")
        #expect(try connection.first("SELECT unsigned_number FROM samples") == number)
    }

    @Test func `integers of less than 64 bits`() throws {
        try connection.execute("INSERT INTO samples (small_number) VALUES (\(Int32.min))")
        #expect(try connection.first("SELECT small_number FROM samples") == Int32.min)
        #expect(try connection.first("SELECT \(UInt32.max)") == UInt32.max)
        #expect(try connection.first("SELECT \(UInt16.max)") == UInt16.max)
    }

    @Test(arguments: [true, false]) func booleans(isSet: Bool) throws {
        try connection.execute("INSERT INTO samples (is_set) VALUES (\(isSet))")
        #expect(try connection.first("SELECT is_set FROM samples") == isSet)
        #expect(try connection.first("SELECT EXISTS(SELECT 1 FROM samples WHERE is_set = \(isSet))") == true)
    }

    @Test(arguments: [0.0, -0.1, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi])
    func `floating-point numbers`(number: Double) throws {
        try connection.execute("INSERT INTO samples (real_number) VALUES (\(number))")
        #expect(try connection.first("SELECT real_number FROM samples") == number)
    }

    @Test(arguments: [
        "", " trailing ", "a\u{0}b", "'; DROP TABLE samples; -- ", "\\' OR 1=1 #", "👩‍👩‍👧‍👦🏳️‍🌈", "e\u{301} \u{e9}",
        "\u{10FFFF}",
        "שלום", String(repeating: "ж", count: 127), String(repeating: "ж", count: 128),
        String(repeating: "🦊", count: 100_000),
    ])
    func `text with any characters and of any length is nothing but a value`(text: String) throws {
        try connection.execute("INSERT INTO samples (words) VALUES (\(text))")
        let answer = try #require(
            try connection.first("SELECT words FROM samples WHERE words = \(text)", as: String.self))
        // Swift calls canonically equivalent strings equal; here the bytes count.
        #expect(Array(answer.utf8) == Array(text.utf8))
    }

    @Test(arguments: [0, 1, 255, 256, 257, 70_000]) func `bytes of any length`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        try connection.execute("INSERT INTO samples (octets) VALUES (\(bytes))")
        #expect(try connection.first("SELECT octets FROM samples") == bytes)
    }

    @Test(arguments: [
        "1000-01-01 00:00:00.000000", "1582-10-04 12:00:00.000001", "1900-02-28 23:59:59.999999",
        "1900-03-01 00:00:00.000000", "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00.000001",
        "2000-02-29 12:34:56.789012", "2001-01-01 00:00:00.000000", "2024-12-31 23:59:59.999999",
        "2100-02-28 23:59:59.000001", "2273-01-01 00:00:00.999999", "9999-12-31 23:59:59.000000",
    ])
    func `a date is read and written as the server understands it`(text: String) throws {
        try connection.execute("INSERT INTO samples (happened_at) VALUES (\(text))")
        let date = try #require(try connection.first("SELECT happened_at FROM samples", as: Date.self))
        #expect(
            try connection.first("SELECT CAST(happened_at AS CHAR) FROM samples WHERE happened_at = \(date)")
                == text || !TypesTests.isExactInDate(text))
        let seconds = try #require(
            try connection.first(
                "SELECT TIMESTAMPDIFF(SECOND, '2001-01-01', happened_at) FROM samples", as: Int.self))
        #expect(abs(date.timeIntervalSinceReferenceDate - Double(seconds)) <= 1)
    }

    /// Whether `Date`, a `Double` of seconds since 2001, can distinguish microseconds in that year.
    private static func isExactInDate(_ text: String) -> Bool {
        text.hasSuffix(".000000") || ("1729"..."2273").contains(String(text.prefix(4)))
    }

    @Test func `a stored date reads back the same, in every year that can be stored`() throws {
        for year in stride(from: -31_500_000_000.0, to: 252_400_000_000.0, by: 9_876_543_210.123456) {
            let stored = Date(timeIntervalSinceReferenceDate: year)
            try connection.execute("INSERT INTO samples (happened_at) VALUES (\(stored))")
            let read = try #require(
                try connection.first("SELECT happened_at FROM samples ORDER BY id DESC", as: Date.self))
            #expect(abs(read.timeIntervalSince(stored)) < 0.000_001)
            #expect(
                try connection.first("SELECT happened_at = \(read) FROM samples ORDER BY id DESC") == true)
        }
    }

    @Test(arguments: [-31_600_000_000, 252_500_000_000, 1e300, .infinity, -.infinity, .nan])
    func `a date that DATETIME cannot hold is refused`(seconds: Double) throws {
        let date = Date(timeIntervalSinceReferenceDate: seconds)
        let error = #expect(throws: DatabaseError.self) { try connection.execute("DO \(date)") }
        #expect(error?.kind == .usage("parameter 1 is a date outside the years 1000 to 9999"))
    }

    @Test func `the days of four centuries are counted as the server counts them`() throws {
        var rows = 0
        for start in stride(from: 1890, to: 2290, by: 100) {
            struct Day: RowDecodable {
                let date: Date
                let number: Int

                init(row: Row) throws(DatabaseError) {
                    date = try row.decode("happened_at")
                    number = try row.decode("number")
                }
            }
            let days = try connection.all(
                """
                SELECT CAST(MAKEDATE(\(start), 1) AS DATETIME(6)) + INTERVAL CAST(seq AS SIGNED) DAY AS happened_at,
                    TO_DAYS(MAKEDATE(\(start), 1)) + CAST(seq AS SIGNED) - TO_DAYS('2001-01-01') AS number
                FROM seq_0_to_36524
                """, as: Day.self)
            rows += days.count
            #expect(days.allSatisfy { $0.date.timeIntervalSinceReferenceDate == Double($0.number) * 86_400 })
            for offset in stride(from: 0, to: days.count, by: 59) {
                let date = days[offset].date
                #expect(
                    try connection.first("SELECT \(date) = MAKEDATE(\(start), 1) + INTERVAL \(offset) DAY")
                        == true)
            }
        }
        #expect(rows == 4 * 36_525)
    }

    @Test func `UUIDs in a UUID column`() throws {
        let id = UUID()
        try connection.execute("INSERT INTO samples (public_id) VALUES (\(id))")
        #expect(try connection.first("SELECT public_id FROM samples WHERE public_id = \(id)") == id)
        #expect(
            try connection.first("SELECT public_id FROM samples", as: String.self)
                == id.uuidString.lowercased())
    }

    @Test func `NULL in every type`() throws {
        try connection.execute(
            """
            INSERT INTO samples (signed_number, unsigned_number, is_set, real_number, words, octets, happened_at,
                public_id)
            VALUES (\(Int?.none), \(UInt64?.none), \(Bool?.none), \(Double?.none), \(String?.none),
                \([UInt8]?.none), \(Date?.none), \(UUID?.none))
            """)
        struct Nulls: RowDecodable {
            init(row: Row) throws(DatabaseError) {
                #expect(try row.decode("signed_number", as: Int?.self) == nil)
                #expect(try row.decode("unsigned_number", as: UInt64?.self) == nil)
                #expect(try row.decode("is_set", as: Bool?.self) == nil)
                #expect(try row.decode("real_number", as: Double?.self) == nil)
                #expect(try row.decode("words", as: String?.self) == nil)
                #expect(try row.decode("octets", as: [UInt8]?.self) == nil)
                #expect(try row.decode("happened_at", as: Date?.self) == nil)
                #expect(try row.decode("public_id", as: UUID?.self) == nil)
            }
        }
        _ = try #require(try connection.first("SELECT * FROM samples", as: Nulls.self))
    }

    @Test func `the results of expressions`() throws {
        try connection.execute("INSERT INTO samples (signed_number) VALUES (\(2)), (\(3))")
        #expect(try connection.first("SELECT COUNT(*) FROM samples") == 2)
        #expect(try connection.first("SELECT SUM(signed_number) FROM samples") == 5)
        #expect(try connection.first("SELECT AVG(signed_number) FROM samples") == 2.5)
        #expect(try connection.first("SELECT AVG(signed_number) FROM samples") == "2.5000")
        #expect(
            try connection.first("SELECT SUM(signed_number) FROM samples WHERE FALSE", as: Int?.self)
                == .some(nil))
        #expect(throws: DatabaseError.self) {
            try connection.first("SELECT AVG(signed_number) FROM samples", as: Int.self)
        }
        let now = try #require(try connection.first("SELECT NOW(6)", as: Date.self))
        #expect(abs(now.timeIntervalSinceNow) < 3600)
        #expect(try connection.first("SELECT CAST('13:14:15' AS TIME)") == "13:14:15")
    }

    @Test func `enumerations and wrappers are stored as their raw value`() throws {
        enum Status: String, SQLValue, ColumnDecodable, RowDecodable {
            case draft, active
        }
        try connection.execute("INSERT INTO samples (words) VALUES (\(Status.active)), ('gone')")
        #expect(try connection.first("SELECT words FROM samples ORDER BY id", as: Status.self) == .active)
        #expect(throws: DatabaseError.self) {
            try connection.first("SELECT words FROM samples ORDER BY id DESC", as: Status.self)
        }
    }
}
