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

/// Where in a list an entry stands.
struct Keyset: Sendable, Codable, Equatable {
    /// What stands in the column that the list is sorted by, as text.
    let value: String
    let id: UInt64
}

/// One entry of a list, before its row is read.
struct ListEntry: RowDecodable, Sendable {
    let keyset: Keyset

    init(row: Row) throws(DatabaseError) {
        keyset = Keyset(value: try row.decode("sort_key"), id: try row.decode("id"))
    }
}

/// Reads the ids of a part of a list, and counts.
enum ListRepository {
    /// A part of a list.
    /// - Parameters:
    ///   - after: the entry before it; `nil` for the beginning.
    ///   - offset: how many entries to leave out from there.
    static func entries(
        of ranges: [ListRange], isDescending: Bool, after: Keyset?, limit: Int, offset: Int, in db: Connection
    ) throws(DatabaseError) -> [ListEntry] {
        guard let first = ranges.first else { return [] }
        if ranges.count == 1 {
            return try db.all(
                """
                SELECT \(first.id) AS id, CAST(\(first.column) AS CHAR) AS sort_key FROM \(first.source)
                WHERE \(first.condition)\(beyond(after, in: first, isDescending))
                ORDER BY \(order(first.column, first.id, isDescending)) LIMIT \(limit) OFFSET \(offset)
                """)
        }
        return try db.all(
            """
            SELECT id, CAST(sort_value AS CHAR) AS sort_key
            FROM (\(union(of: ranges, isDescending, after, limit: limit + offset))) AS merged
            ORDER BY \(order("sort_value", "id", isDescending)) LIMIT \(limit) OFFSET \(offset)
            """)
    }

    /// How many entries a list has; counting stops at `limit`.
    static func count(_ ranges: [ListRange], upTo limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        var count = 0
        for range in ranges where count < limit {
            count +=
                try db.first(
                    """
                    SELECT COUNT(*) FROM (
                        SELECT 1 FROM \(range.source) WHERE \(range.condition) LIMIT \(limit - count)) AS counted
                    """) ?? 0
        }
        return count
    }

    /// The beginning of each range, so that merging sorts no more than that.
    private static func union(of ranges: [ListRange], _ isDescending: Bool, _ after: Keyset?, limit: Int) -> SQL {
        var union: SQL = ""
        for (index, range) in ranges.enumerated() {
            if index > 0 { union += " UNION ALL " }
            union += """
                (SELECT \(range.id) AS id, \(range.column) AS sort_value FROM \(range.source)
                 WHERE \(range.condition)\(beyond(after, in: range, isDescending))
                 ORDER BY \(order(range.column, range.id, isDescending)) LIMIT \(limit))
                """
        }
        return union
    }

    /// What holds of the entries beyond one. Of this form the server makes two stretches of the index, so that a long
    /// run of equal values is not read from its beginning; of a comparison of rows, `(a, b) < (?, ?)`, it makes none.
    private static func beyond(_ keyset: Keyset?, in range: ListRange, _ isDescending: Bool) -> SQL {
        guard let keyset else { return "" }
        let (column, id) = (range.column, range.id)
        return isDescending
            ? " AND (\(column) < \(keyset.value) OR (\(column) = \(keyset.value) AND \(id) < \(keyset.id)))"
            : " AND (\(column) > \(keyset.value) OR (\(column) = \(keyset.value) AND \(id) > \(keyset.id)))"
    }

    private static func order(_ column: SQL, _ id: SQL, _ isDescending: Bool) -> SQL {
        isDescending ? "\(column) DESC, \(id) DESC" : "\(column), \(id)"
    }
}
