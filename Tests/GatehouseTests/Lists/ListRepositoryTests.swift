import Database
import GatehouseTesting
import Testing

@testable import Gatehouse

/// Several ranges in one order.
@Suite struct ListRepositoryTests {
    private static let ranges = 40, rows = 1000

    private let schema: TestDatabase
    private let db: Connection

    init() throws {
        schema = try TestDatabase(isMigrated: true)
        db = schema.connection()
    }

    /// How the rows of a list lie in its ranges.
    enum Distribution: CaseIterable {
        /// Each range has every so manieth row.
        case alternating
        /// Each range has one stretch of the list.
        case consecutive
        /// The first range has the first half of the list, the others share the second.
        case oneBeforeTheOthers
        /// All rows have one value, so that only ids tell them apart.
        case equal
    }

    private func fill(_ distribution: Distribution) throws {
        let word: SQL = distribution == .equal ? "'same'" : "LPAD(seq, 8, '0')"
        let scope: SQL =
            switch distribution {
            case .alternating, .equal: "seq % \(Self.ranges)"
            case .consecutive: "seq DIV \(Self.rows)"
            case .oneBeforeTheOthers: "IF(seq < 20000, 0, 1 + seq % \(Self.ranges - 1))"
            }
        try db.execute("INSERT INTO words (scope, word, row_id) SELECT \(scope), \(word), seq FROM seq_0_to_39999")
    }

    private var list: [ListRange] {
        (0..<Self.ranges).map { scope in
            ListRange(
                table: "words", index: "PRIMARY", id: "row_id", column: "word", condition: "scope = \(String(scope))")
        }
    }

    private func entries(
        after: Keyset? = nil, limit: Int, offset: Int, isDescending: Bool = false
    ) throws -> [UInt64] {
        try ListRepository.entries(
            of: list, isDescending: isDescending, after: after, limit: limit, offset: offset, in: db
        ).map(\.id)
    }

    @Test(arguments: Distribution.allCases)
    func `ranges are merged at any depth, and not read much further`(distribution: Distribution) throws {
        try fill(distribution)
        for (offset, limit) in [(0, 20), (20, 20), (999, 7), (9_900, 100), (9_999, 1)] {
            let wanted = (UInt64(offset)..<UInt64(offset + limit)).map { $0 }
            let (found, rowsRead) = try db.countingRowsRead { try entries(limit: limit, offset: offset) }
            #expect(found == wanted)
            // Each as far as the last entry would be 400,000 in the index, and again where they are merged, and sorted.
            #expect(rowsRead < 400_000, "\(distribution), \(offset)")
            #expect(
                try entries(limit: limit, offset: offset, isDescending: true)
                    == wanted.map { 39_999 - $0 })
        }
    }

    @Test(arguments: Distribution.allCases)
    func `a part by cursor is read at once`(distribution: Distribution) throws {
        try fill(distribution)
        let last = try #require(
            try ListRepository.entries(of: list, isDescending: false, after: nil, limit: 1, offset: 9_999, in: db).last)
        let (found, rowsRead) = try db.countingRowsRead { try entries(after: last, limit: 21, offset: 0) }
        #expect(found == (10_000..<10_021).map { $0 })
        #expect(rowsRead < 3 * Self.ranges * 22)
    }

    @Test func `the end of the list is its end`() throws {
        try fill(.alternating)
        try db.execute("DELETE FROM words WHERE row_id >= 50")
        #expect(try entries(limit: 20, offset: 40) == (40..<50).map { $0 })
        #expect(try entries(limit: 20, offset: 50).isEmpty)
        #expect(try entries(limit: 20, offset: 9_980).isEmpty)
        #expect(try ListRepository.count(list, upTo: 10_001, in: db) == 50)
        #expect(try ListRepository.count(list, upTo: 7, in: db) == 7)
    }
}
