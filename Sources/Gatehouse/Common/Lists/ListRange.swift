public import Database

/// Rows that lie next to each other in an index, in the order of a column and the id: what a list is read from. Where a
/// caller sees the rows of several owners, those of each owner do.
public struct ListRange: Sendable {
    /// The table, and what it is called in the rest, where that differs.
    let table: SQL
    /// The index that holds the rows in this order. Left to itself the server sorts where it expects few rows, and may
    /// read only the equalities of the condition by the index, and walk from the beginning to where a cursor stands.
    /// `nil` leaves it the choice: for so few rows that any is good.
    let index: SQL?
    /// The column with the internal id, which tells rows with the same value apart.
    let id: SQL
    /// The column that the list is sorted by.
    let column: SQL
    /// Which rows.
    let condition: SQL
    /// Whose rows; `nil` where the condition says it.
    var owners: Owners?
    /// Further rows of the list, which stand in another index and in the order of another column of the same kind.
    var others: [ListRange]

    /// The owners of rows: the values of the first column of the index.
    public struct Owners: Sendable {
        let column: SQL
        let values: [String]

        /// Names the owners.
        /// - Parameters:
        ///   - column: the first column of the index.
        ///   - values: what stands there in the rows of each owner.
        public init(column: SQL, values: [String]) {
            self.column = column
            self.values = values
        }

        /// Owners by the column `tenant`, which holds them as `Tenant` writes them.
        public static func tenants(_ tenants: [Tenant]) -> Owners {
            Owners(column: "tenant", values: tenants.map(\.rawValue))
        }
    }

    /// Describes rows.
    /// - Parameters:
    ///   - table: the table, and what it is called in the rest, where that differs.
    ///   - index: the index that holds the rows in this order; `nil` leaves the choice to the server.
    ///   - id: the column with the internal id, which tells rows with the same value apart.
    ///   - column: the column that the list is sorted by.
    ///   - condition: which rows.
    ///   - owners: whose rows; `nil` where the condition says it.
    ///   - others: further rows of the list, which stand in another index and in the order of another column of the
    ///     same kind.
    public init(
        table: SQL, index: SQL?, id: SQL, column: SQL, condition: SQL, owners: Owners? = nil, others: [ListRange] = []
    ) {
        self.table = table
        self.index = index
        self.id = id
        self.column = column
        self.condition = condition
        self.owners = owners
        self.others = others
    }
}

/// What a list is read from.
public enum ListSource: Sendable {
    /// Rows in the order of the list.
    case range(ListRange)
    /// The rows of some scopes that have the words of a search, in the order of the words.
    case search(String, scopes: [String])

    /// The rows, for reading on behind an entry; `nil` where there are none.
    func range(after entry: Keyset?, in db: Connection) throws -> ListRange? {
        switch self {
        case .range(let range): range
        case .search(let search, let scopes): try WordSearch(search, in: scopes).range(after: entry, in: db)
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

// MARK: - SQL

extension ListRange {
    /// What stands behind FROM.
    var source: SQL { index.map { "\(table) FORCE INDEX (\($0))" } ?? table }

    /// Which rows, of every owner.
    var rows: SQL { owners.map { rows(of: $0.values) } ?? condition }

    /// Which rows, of some of the owners.
    func rows(of some: [String]) -> SQL {
        owners.map { "\($0.column) IN (\(list: some)) AND \(condition)" } ?? condition
    }

    /// Whether there are several owners.
    var hasSeveralOwners: Bool { (owners?.values.count ?? 0) > 1 }

    /// What a list in one direction is sorted by.
    func order(_ isDescending: Bool) -> SQL {
        isDescending ? "\(column) DESC, \(id) DESC" : "\(column), \(id)"
    }

    /// What holds of the entries beyond one, or of all. Of this form the server makes two stretches of the index, so
    /// that a long run of equal values is not read from its beginning; of a comparison of rows, `(a, b) < (?, ?)`, it
    /// makes none. It is the same statement with an entry and without.
    func beyond(_ entry: Keyset?, _ isDescending: Bool) -> SQL {
        let (value, number) = (entry?.value, entry?.id)
        return isDescending
            ? "(\(value) IS NULL OR \(column) < \(value) OR (\(column) = \(value) AND \(id) < \(number)))"
            : "(\(value) IS NULL OR \(column) > \(value) OR (\(column) = \(value) AND \(id) > \(number)))"
    }

    /// What holds of one entry and those before it, or of all.
    func upTo(_ entry: Keyset?, _ isDescending: Bool) -> SQL {
        let (value, number) = (entry?.value, entry?.id)
        return isDescending
            ? "(\(value) IS NULL OR \(column) > \(value) OR (\(column) = \(value) AND \(id) >= \(number)))"
            : "(\(value) IS NULL OR \(column) < \(value) OR (\(column) = \(value) AND \(id) <= \(number)))"
    }
}
