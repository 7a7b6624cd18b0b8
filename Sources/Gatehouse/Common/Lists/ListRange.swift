import Database

/// Rows that lie next to each other in an index, in the order of a column and the id: what one list is read from, or, where a
/// caller sees rows of several owners, what is merged into one.
struct ListRange: Sendable {
    /// The table, and what it is called in the rest, where that differs.
    let table: SQL
    /// The index that holds the rows in this order. Left to itself the server sorts where it expects few rows, and may read only
    /// the equalities of the condition by the index, and walk from the beginning to where a cursor stands. `nil` leaves it the
    /// choice: for so few rows that any is good.
    let index: SQL?
    /// The column with the internal id, which tells rows with the same value apart.
    let id: SQL
    /// The column that the list is sorted by.
    let column: SQL
    /// Which rows.
    let condition: SQL

    /// What stands behind FROM.
    var source: SQL { index.map { "\(table) FORCE INDEX (\($0))" } ?? table }
}

/// What a list is read from.
enum ListSource: Sendable, ExpressibleByArrayLiteral {
    /// Rows in the order of the list; several ranges are merged.
    case ranges([ListRange])
    /// The rows of some scopes that have the words of a search, in the order of the words.
    case search(String, scopes: [String])

    init(arrayLiteral ranges: ListRange...) {
        self = .ranges(ranges)
    }

    /// The ranges, for reading on behind an entry.
    func ranges(after entry: Keyset?, in db: Connection) throws -> [ListRange] {
        switch self {
        case .ranges(let ranges): ranges
        case .search(let search, let scopes): try WordSearch(search, in: scopes).ranges(after: entry, in: db)
        }
    }
}

/// Where in a list an entry stands.
struct Keyset: RowDecodable, Sendable, Codable, Equatable {
    /// What stands in the column that the list is sorted by, as text.
    let value: String
    /// The internal id.
    let id: UInt64

    init(row: Row) throws(DatabaseError) {
        value = try row.decode("sort_key")
        id = try row.decode("id")
    }
}
