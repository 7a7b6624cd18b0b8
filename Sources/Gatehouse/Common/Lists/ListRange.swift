public import Database

/// The source of a list: rows that are adjacent in an index, in the order of a column and the id. With several owners,
/// the rows of each owner are adjacent.
public struct ListRange: Sendable {
    /// The table, with its alias if it has one.
    let table: SQL
    /// The index with the rows in this order. Without it, the server sorts if it expects few rows, and may use the
    /// index only for the equalities of the condition, and then walk from the beginning to the position of a cursor.
    /// `nil` leaves the choice to the server, for so few rows that any plan is good.
    let index: SQL?
    /// The column with the internal id, which distinguishes rows with the same value.
    let id: SQL
    /// The sort column of the list.
    let column: SQL
    /// The condition of the rows.
    let condition: SQL
    /// The owners of the rows; `nil` if the condition contains them.
    var owners: Owners?
    /// Further rows of the list, in another index and in the order of another column of the same kind.
    var others: [ListRange]

    /// The owners of rows: the values of the first column of the index.
    public struct Owners: Sendable {
        let column: SQL
        let values: [String]

        /// Names the owners.
        /// - Parameters:
        ///   - column: the first column of the index.
        ///   - values: the value of that column for each owner.
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
    ///   - table: the table, with its alias if it has one.
    ///   - index: the index with the rows in this order; `nil` leaves the choice to the server.
    ///   - id: the column with the internal id, which distinguishes rows with the same value.
    ///   - column: the sort column of the list.
    ///   - condition: the condition of the rows.
    ///   - owners: the owners of the rows; `nil` if the condition contains them.
    ///   - others: further rows of the list, in another index and in the order of another column of the same kind.
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

/// The source of a list.
public enum ListSource: Sendable {
    /// Rows in the order of the list.
    case range(ListRange)
    /// The rows of some scopes that have the words of a search, in the order of the words.
    case search(String, scopes: [String])

    /// The rows, to continue after an entry; `nil` if there are none.
    func range(after entry: Keyset?, in db: Connection) throws -> ListRange? {
        switch self {
        case .range(let range): range
        case .search(let search, let scopes): try WordSearch(search, in: scopes).range(after: entry, in: db)
        }
    }
}

/// The position of an entry in a list.
struct Keyset: RowDecodable, Sendable, Codable, Equatable {
    /// The value of the sort column, as text.
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
    /// The text after FROM.
    var source: SQL { index.map { "\(table) FORCE INDEX (\($0))" } ?? table }

    /// The condition of the rows of all owners.
    var rows: SQL { owners.map { rows(of: $0.values) } ?? condition }

    /// The condition of the rows of some owners.
    func rows(of some: [String]) -> SQL {
        owners.map { "\($0.column) IN (\(list: some)) AND \(condition)" } ?? condition
    }

    /// Whether there are several owners.
    var hasSeveralOwners: Bool { (owners?.values.count ?? 0) > 1 }

    /// The ORDER BY of a direction.
    func order(_ isDescending: Bool) -> SQL {
        isDescending ? "\(column) DESC, \(id) DESC" : "\(column), \(id)"
    }

    /// The condition of the entries after one, or of all. In this form the server reads two ranges of the index, so a
    /// long run of equal values is not read from its beginning; a row comparison, `(a, b) < (?, ?)`, uses no index. The
    /// statement is the same with an entry and without.
    func beyond(_ entry: Keyset?, _ isDescending: Bool) -> SQL {
        let (value, number) = (entry?.value, entry?.id)
        return isDescending
            ? "(\(value) IS NULL OR \(column) < \(value) OR (\(column) = \(value) AND \(id) < \(number)))"
            : "(\(value) IS NULL OR \(column) > \(value) OR (\(column) = \(value) AND \(id) > \(number)))"
    }

    /// The condition of one entry and those before it, or of all.
    func upTo(_ entry: Keyset?, _ isDescending: Bool) -> SQL {
        let (value, number) = (entry?.value, entry?.id)
        return isDescending
            ? "(\(value) IS NULL OR \(column) > \(value) OR (\(column) = \(value) AND \(id) >= \(number)))"
            : "(\(value) IS NULL OR \(column) < \(value) OR (\(column) = \(value) AND \(id) <= \(number)))"
    }
}
