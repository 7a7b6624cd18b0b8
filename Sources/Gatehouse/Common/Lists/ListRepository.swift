import Database

/// Reads where the entries of a part of a list stand, and counts.
enum ListRepository {
    /// A part of a list.
    /// - Parameters:
    ///   - after: the entry before it; `nil` for the beginning.
    ///   - offset: how many entries to leave out from there.
    static func entries(
        of ranges: [ListRange], isDescending: Bool, after: Keyset?, limit: Int, offset: Int, in db: Connection
    ) throws(DatabaseError) -> [Keyset] {
        guard let first = ranges.first else { return [] }
        guard ranges.count == 1 else {
            let merged = try merge(ranges, isDescending, after: after, limit: limit, until: offset + limit, in: db)
            return Array(merged.dropFirst(offset))
        }
        return try db.all(
            """
            SELECT \(first.id) AS id, CAST(\(first.column) AS CHAR) AS sort_key FROM \(first.source)
            WHERE \(first.condition)\(beyond(after, in: first, isDescending))
            ORDER BY \(order(first.column, first.id, isDescending)) LIMIT \(limit) OFFSET \(offset)
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

// MARK: - Several ranges

extension ListRepository {
    /// How far a range is read that has given nothing: so far that it is not cut off by chance.
    private static let leastShare = 20

    private struct MergedEntry: RowDecodable {
        let keyset: Keyset
        /// In which of the ranges it stands.
        let range: Int

        init(row: Row) throws(DatabaseError) {
            keyset = try Keyset(row: row)
            range = try row.decode("range_number")
        }
    }

    /// The first entries of several ranges in one order, from one on.
    ///
    /// Reading each range as far as the last of them would read 10,000 entries of every one of a hundred. So each is read for its
    /// share, the server merges the shares, for it alone knows the order of a collation, and what is found counts up to where one
    /// range was cut off. From there on it goes on, and the share of each is twice what it has given last.
    private static func merge(
        _ ranges: [ListRange], _ isDescending: Bool, after: Keyset?, limit: Int, until most: Int, in db: Connection
    ) throws(DatabaseError) -> [Keyset] {
        var shares = Array(repeating: max(limit, most / ranges.count + 1), count: ranges.count)
        var merged: [Keyset] = []
        while merged.count < most {
            let found: [MergedEntry] = try db.all(
                """
                SELECT id, CAST(sort_value AS CHAR) AS sort_key, range_number
                FROM (\(union(of: ranges, isDescending, merged.last ?? after, shares))) AS merged
                ORDER BY \(order("sort_value", "id", isDescending)) LIMIT \(most - merged.count)
                """)
            var read = Array(repeating: 0, count: ranges.count)
            let cut = found.firstIndex { entry in
                read[entry.range] += 1
                return read[entry.range] == shares[entry.range]
            }
            guard let cut else { return merged + found.map(\.keyset) }
            merged += found[...cut].map(\.keyset)
            shares = read.map { max(2 * $0, limit, leastShare) }
        }
        return merged
    }

    /// The beginning of each range, so that merging sorts no more than that.
    private static func union(
        of ranges: [ListRange], _ isDescending: Bool, _ after: Keyset?, _ shares: [Int]
    ) -> SQL {
        var union: SQL = ""
        for (number, range) in ranges.enumerated() {
            if number > 0 { union += " UNION ALL " }
            union += """
                (SELECT \(range.id) AS id, \(range.column) AS sort_value, \(number) AS range_number FROM \(range.source)
                 WHERE \(range.condition)\(beyond(after, in: range, isDescending))
                 ORDER BY \(order(range.column, range.id, isDescending)) LIMIT \(shares[number]))
                """
        }
        return union
    }
}
