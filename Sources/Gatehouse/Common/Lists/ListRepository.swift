import Database

/// Reads the positions of entries in a list, and counts entries.
enum ListRepository {
    /// A part of a list.
    /// - Parameters:
    ///   - after: the entry before the part; `nil` for the beginning.
    ///   - offset: the number of entries to skip from there.
    static func entries(
        of range: ListRange, isDescending: Bool, after: Keyset?, limit: Int, offset: Int, in db: Connection
    ) throws(DatabaseError) -> [Keyset] {
        guard range.others.isEmpty else {
            return try merged(
                [range] + range.others, isDescending, after: after, limit: limit, offset: offset, in: db)
        }
        guard range.hasSeveralOwners else {
            let stretch: SQL = "\(range.rows) AND \(range.beyond(after, isDescending))"
            return try rows(stretch, of: range, isDescending, limit: limit, offset: offset, in: db)
        }
        let window = try ListWindow(of: range, isDescending, after: after, limit: limit, offset: offset, in: db)
        return try rows(
            stretch(of: range, isDescending, from: window.start, to: window.end), of: range, isDescending, limit: limit,
            offset: window.offset, in: db)
    }

    /// The number of entries of a list; counting stops at `limit`.
    static func count(_ range: ListRange, upTo limit: Int, in db: Connection) throws(DatabaseError) -> Int {
        guard range.others.isEmpty else {
            var sum = 0
            for range in [range] + range.others { sum += try count(range.rows, of: range, limit: limit, in: db) }
            return min(sum, limit)
        }
        guard range.hasSeveralOwners else { return try count(range.rows, of: range, limit: limit, in: db) }
        return try count(range, false, from: nil, to: nil, limit: limit, in: db)
    }

    /// The number of entries after one and up to another, inclusive; counting stops at `limit`.
    static func count(
        _ range: ListRange, _ isDescending: Bool, from start: Keyset?, to end: Keyset?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> Int {
        try count(stretch(of: range, isDescending, from: start, to: end), of: range, limit: limit, in: db)
    }

    private static func stretch(
        of range: ListRange, _ isDescending: Bool, from start: Keyset?, to end: Keyset?
    ) -> SQL {
        "\(range.rows) AND \(range.beyond(start, isDescending)) AND \(range.upTo(end, isDescending))"
    }

    private static func rows(
        _ stretch: SQL, of range: ListRange, _ isDescending: Bool, limit: Int, offset: Int, in db: Connection
    ) throws(DatabaseError) -> [Keyset] {
        try db.all(
            """
            SELECT \(range.id) AS id, CAST(\(range.column) AS CHAR) AS sort_key FROM \(range.source)
            WHERE \(stretch) ORDER BY \(range.order(isDescending)) LIMIT \(limit) OFFSET \(offset)
            """)
    }

    /// A part of a few ranges in their common order. From each range, it reads as many rows as the part can contain.
    private static func merged(
        _ ranges: [ListRange], _ isDescending: Bool, after: Keyset?, limit: Int, offset: Int, in db: Connection
    ) throws(DatabaseError) -> [Keyset] {
        var union: SQL = ""
        for (number, range) in ranges.enumerated() {
            if number > 0 { union += " UNION ALL " }
            union += """
                (SELECT \(range.id) AS id, \(range.column) AS sort_value FROM \(range.source)
                 WHERE \(range.rows) AND \(range.beyond(after, isDescending))
                 ORDER BY \(range.order(isDescending)) LIMIT \(offset + limit))
                """
        }
        let order: SQL = isDescending ? "sort_value DESC, id DESC" : "sort_value, id"
        return try db.all(
            """
            SELECT id, CAST(sort_value AS CHAR) AS sort_key FROM (\(union)) AS merged
            ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)
            """)
    }

    private static func count(
        _ stretch: SQL, of range: ListRange, limit: Int, in db: Connection
    ) throws(DatabaseError) -> Int {
        try db.first(
            "SELECT COUNT(*) FROM (SELECT 1 FROM \(range.source) WHERE \(stretch) LIMIT \(limit)) AS counted") ?? 0
    }
}

// MARK: - Several owners

extension ListRepository {
    /// An entry and its owner.
    struct Probe: RowDecodable {
        let keyset: Keyset
        /// The number of the owner among the requested ones, from 0.
        let owner: Int

        init(row: Row) throws(DatabaseError) {
            keyset = try Keyset(row: row)
            owner = try row.decode("owner_number")
        }
    }

    /// For each owner, the entry at a position of that owner's rows between two entries, if there are enough; in the
    /// order of the list.
    /// - Parameter place: the position, from 1.
    static func probes(
        _ range: ListRange, of owners: [String], at place: Int, _ isDescending: Bool, from start: Keyset?,
        to end: Keyset?, in db: Connection
    ) throws(DatabaseError) -> [Probe] {
        var union: SQL = ""
        // Padded like lists, with parts that read nothing.
        for number in 0..<SQL.paddedLength(of: owners.count) {
            if number > 0 { union += " UNION ALL " }
            let owner = owners[min(number, owners.count - 1)]
            union += """
                (SELECT \(range.id) AS id, \(range.column) AS sort_value, \(number) AS owner_number FROM \(range.source)
                 WHERE \(range.rows(of: [owner])) AND \(range.beyond(start, isDescending))
                   AND \(range.upTo(end, isDescending))
                 ORDER BY \(range.order(isDescending)) LIMIT \(number < owners.count ? 1 : 0) OFFSET \(place - 1))
                """
        }
        let order: SQL = isDescending ? "sort_value DESC, id DESC" : "sort_value, id"
        return try db.all(
            """
            SELECT id, CAST(sort_value AS CHAR) AS sort_key, owner_number FROM (\(union)) AS probes ORDER BY \(order)
            """)
    }
}
