import Database
import GatehouseTesting
import Testing

@testable import Gatehouse

@Suite struct WordSearchTests {
    private let schema: TestDatabase
    private let db: Connection

    init() throws {
        schema = try TestDatabase(isMigrated: true)
        db = schema.connection()
    }

    /// Gives rows a word, by their numbers.
    private func write(_ word: String, _ rows: ClosedRange<Int>, in scope: String = "users") throws {
        try db.execute(
            """
            INSERT INTO words (scope, word, row_id)
            SELECT \(scope), \(word), seq FROM seq_0_to_9999 WHERE seq BETWEEN \(rows.lowerBound) AND \(rows.upperBound)
            """)
    }

    /// The part of a search after an entry.
    private func part(
        _ search: String, in scopes: [String] = ["users"], after: Keyset? = nil, limit: Int = 100
    ) throws -> [Keyset] {
        guard let range = try WordSearch(search, in: scopes).range(after: after, in: db) else { return [] }
        return try ListRepository.entries(
            of: range, isDescending: false, after: after, limit: limit, offset: 0, in: db)
    }

    /// The whole result of a search, part by part.
    private func rows(_ search: String, in scopes: [String] = ["users"], limit: Int) throws -> [UInt64] {
        var found: [UInt64] = []
        var next = try part(search, in: scopes, limit: limit)
        while !next.isEmpty {
            found += next.map(\.id)
            next = try part(search, in: scopes, after: next.last, limit: limit)
        }
        return found
    }

    @Test func `a search without words, or with one that no row has, finds nothing`() throws {
        try write("ada", 1...5)
        for nothing in ["--", "", "ada nobody"] {
            #expect(try WordSearch(nothing, in: ["users"]).range(after: nil, in: db) == nil)
        }
        #expect(try WordSearch("ada", in: ["users", "others"]).range(after: nil, in: db)?.owners?.values.count == 2)
    }

    @Test(arguments: ["bob@gmail.com", "com bob gmail", "bo gma co"])
    func `a search reads the rows of its rarest word`(search: String) throws {
        try write("gmail", 1...5000)
        try write("com", 1...5000)
        try write("bob", 4990...4999)
        for after in [nil, try part(search, limit: 5).last] {
            let range = try #require(try WordSearch(search, in: ["users"]).range(after: after, in: db))
            let (found, rowsRead) = try db.countingRowsRead {
                try ListRepository.entries(
                    of: range, isDescending: false, after: after, limit: 100, offset: 0, in: db)
            }
            #expect(found.map(\.id) == Array((after == nil ? 4990 : 4995)...4999))
            #expect(rowsRead < 200)
        }
    }

    @Test func `if all words are frequent, they are read as far as the part needs`() throws {
        try write("example", 1...9999)
        try write("com", 1...9999)
        let first = try part("example com", limit: 20)
        #expect(first.map(\.id) == Array(1...20))
        let (next, rowsRead) = try db.countingRowsRead { try part("example com", after: first.last, limit: 20) }
        #expect(next.map(\.id) == Array(21...40))
        #expect(rowsRead < 200)
    }

    @Test func `the word that led a search continues to lead it, even if another becomes rarer`() throws {
        try write("gmail", 1...50)
        try write("bob", 1...20)
        try write("bobby", 21...30)
        let first = try part("bob gmail", limit: 10)
        try db.execute("DELETE FROM words WHERE word = 'gmail' AND row_id BETWEEN 1 AND 5")
        try db.execute("DELETE FROM words WHERE word = 'gmail' AND row_id > 30")
        try write("bob", 100...200)
        let rest = try part("bob gmail", after: first.last)
        #expect((first + rest).map(\.id) == Array(1...30))
        #expect(Set(rest.map(\.value)) == ["bob", "bobby"])
    }

    @Test func `a word that is the beginning of another adds no condition`() throws {
        try write("baba", 1...3)
        try write("bab", 2...5)
        try write("ba", 1...9)
        #expect(try part("ba baba").map(\.id) == [1, 2, 3])
        #expect(try part("bab ba bab").map(\.id) == [2, 3, 4, 5, 1])
    }

    @Test(arguments: [1, 3, 7, 100])
    func `a row is found once, in the order of words, through several scopes`(limit: Int) throws {
        for (number, scope) in ["one", "two", "three"].enumerated() {
            for (place, word) in ["engine", "engineer", "engines"].enumerated() {
                try write(word, (number * 10 + place)...(number * 10 + place + 4), in: scope)
            }
            try write("difference", 0...99, in: scope)
        }
        let found = try rows("engine difference", in: ["one", "two", "three"], limit: limit)
        #expect(found == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 5, 15, 25, 6, 16, 26])
        #expect(try rows("engine", in: ["two", "other"], limit: limit) == [10, 11, 12, 13, 14, 15, 16])
    }
}

extension Connection {
    /// Runs a function, and returns how many rows the server has read for it, from tables and indexes.
    func countingRowsRead<T>(_ body: () throws -> T) throws -> (T, Int) {
        let (first, second) = (try rowsRead(), try rowsRead())
        let value = try body()
        // Answering this makes the server read rows as well, the same number each time.
        return (value, try rowsRead() - second - (second - first))
    }

    private func rowsRead() throws -> Int {
        try first(
            """
            SELECT CAST(SUM(variable_value) AS SIGNED) FROM information_schema.session_status
            WHERE variable_name LIKE 'HANDLER_READ%'
            """) ?? 0
    }
}
