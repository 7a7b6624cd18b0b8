import Database
import GatehouseTesting
import Testing

@testable import Gatehouse

/// Lists of the rows of several owners.
@Suite struct ListRepositoryTests {
    private static let owners = 100, rows = 20_000

    private let schema: TestDatabase
    private let db: Connection

    init() throws {
        schema = try TestDatabase(isMigrated: true)
        db = schema.connection()
    }

    /// Distributions of the rows of a list among their owners, chosen to be difficult. Rows are numbered in the order
    /// of the list.
    enum Arrangement: CaseIterable {
        /// Owners take turns, by row, by 20 rows, and by 333.
        case alternating, blocks, largeBlocks
        /// Each owner has one stretch of the list, in the order of owners.
        case consecutive
        /// All rows belong to one owner, the first or the last.
        case ofTheFirst, ofTheLast
        /// The first owner has the first half and the others share the second, and the reverse.
        case oneBeforeTheOthers, oneBehindTheOthers
        /// Each owner has half as many rows as the one before: mixed, one after the other, and the fewest first.
        case halves, consecutiveHalves, growingHalves
        /// Ten owners take turns, and the others have none.
        case tenOfThem
        /// Random, with most rows for few owners.
        case scattered, skewed
        /// Owners take turns, and all rows or each 500 share one value, so that only ids order them.
        case equal, equalInBlocks

        /// The number of the owner of the row `seq`.
        var owner: SQL {
            switch self {
            case .alternating, .equal: "seq % 100"
            case .blocks, .equalInBlocks: "seq DIV 20 % 100"
            case .largeBlocks: "seq DIV 333 % 100"
            case .consecutive: "seq DIV 200"
            case .ofTheFirst: "0"
            case .ofTheLast: "99"
            case .oneBeforeTheOthers: "IF(seq < 10000, 0, 1 + seq % 99)"
            case .oneBehindTheOthers: "IF(seq < 10000, 1 + seq % 99, 0)"
            case .halves: "BIT_COUNT(((seq + 1) ^ seq) >> 1)"
            case .consecutiveHalves: "FLOOR(LOG2(20000 / (20000 - seq)))"
            case .growingHalves: "FLOOR(LOG2(1 + seq))"
            case .tenOfThem: "seq % 10 * 10"
            case .scattered: "CRC32(seq) % 100"
            case .skewed: "FLOOR(100 * POW(CRC32(seq) / 4294967296, 6))"
            }
        }

        var value: SQL {
            switch self {
            case .equal: "'same'"
            case .equalInBlocks: "LPAD(seq DIV 500, 8, '0')"
            default: "LPAD(seq, 8, '0')"
            }
        }
    }

    private func fill(_ arrangement: Arrangement) throws {
        try db.execute(
            """
            INSERT INTO words (scope, word, row_id) SELECT \(arrangement.owner), \(arrangement.value), seq
            FROM seq_0_to_19999
            """)
        #expect(try db.first("SELECT COUNT(DISTINCT scope) FROM words WHERE scope >= 100") == 0)
    }

    private var list: ListRange {
        ListRange(
            table: "words", index: "PRIMARY", id: "row_id", column: "word", condition: "TRUE",
            owners: ListRange.Owners(column: "scope", values: (0..<Self.owners).map(String.init)))
    }

    /// Reads a part, and checks its maximum cost, for any distribution.
    private func entries(
        after: Keyset? = nil, limit: Int, offset: Int, isDescending: Bool = false,
        _ arrangement: Arrangement = .alternating
    ) throws -> [Keyset] {
        let ((entries, rowsRead), statements) = try db.countingStatements {
            try db.countingRowsRead {
                try ListRepository.entries(
                    of: list, isDescending: isDescending, after: after, limit: limit, offset: offset, in: db)
            }
        }
        let size = offset + limit + Self.owners
        let place = Comment(
            rawValue: "\(arrangement) \(offset) \(limit) \(isDescending): \(rowsRead) rows, \(statements) statements")
        #expect(rowsRead <= 24 * size, place)
        #expect(statements <= 24, place)
        return entries
    }

    @Test(arguments: Arrangement.allCases)
    func `a part costs a small multiple of its rows and of those skipped before it`(arrangement: Arrangement) throws {
        try fill(arrangement)
        for (offset, limit) in [(0, 1), (0, 20), (20, 20), (999, 7), (4_990, 100), (9_900, 100), (9_999, 1)] {
            let wanted = (offset..<offset + limit).map { UInt64($0) }
            #expect(try entries(limit: limit, offset: offset, arrangement).map(\.id) == wanted)
            let found = try entries(limit: limit, offset: offset, isDescending: true, arrangement)
            #expect(found.map(\.id) == wanted.map { UInt64(Self.rows) - 1 - $0 })
        }
    }

    @Test(arguments: Arrangement.allCases)
    func `a part by cursor costs the same at any depth`(arrangement: Arrangement) throws {
        try fill(arrangement)
        for depth in [1, 2_345, 10_000, 15_000, 19_960] {
            let last = try #require(try entries(limit: 1, offset: depth - 1, arrangement).last)
            let found = try entries(after: last, limit: 21, offset: 0, arrangement)
            #expect(found.map(\.id) == (depth..<depth + 21).map { UInt64($0) })
            let before = try entries(after: last, limit: 101, offset: 0, isDescending: true, arrangement)
            #expect(before.map(\.id) == (max(0, depth - 102)..<depth - 1).reversed().map { UInt64($0) })
        }
    }

    @Test func `the last part ends the list`() throws {
        try fill(.alternating)
        try db.execute("DELETE FROM words WHERE row_id >= 50")
        #expect(try entries(limit: 20, offset: 40).map(\.id) == (40..<50).map { UInt64($0) })
        #expect(try entries(limit: 20, offset: 50).isEmpty)
        #expect(try entries(limit: 20, offset: 9_980).isEmpty)
        #expect(try ListRepository.count(list, upTo: 10_001, in: db) == 50)
        #expect(try ListRepository.count(list, upTo: 7, in: db) == 7)
        try db.execute("DELETE FROM words")
        #expect(try entries(limit: 20, offset: 0).isEmpty)
    }
}

extension Connection {
    /// Runs a function, and returns how many statements the server has executed for it.
    fileprivate func countingStatements<T>(_ body: () throws -> T) throws -> (T, Int) {
        let before = try statements()
        let value = try body()
        // Statements that count, here and in `countingRowsRead`.
        return (value, try statements() - before - 4)
    }

    private func statements() throws -> Int {
        try first(
            """
            SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status
            WHERE variable_name = 'COM_STMT_EXECUTE'
            """) ?? 0
    }
}
