public import Database
public import Web

/// What a list can be asked for: sets of filters with a sort, each with the index that holds those rows in that order,
/// and the column that orders them. Validation, the document and the range that is read come from this declaration.
public struct ListIndexes<Sort>: Sendable
where Sort: RawRepresentable<String> & CaseIterable & Hashable & Sendable {
    /// The rows that some filters leave, in one order.
    /// - Parameters:
    ///   - filters: the names of the parameters.
    ///   - index: begins with the owner and the columns of the filters, and ends with the sorted column and the id;
    ///     `nil` leaves the choice to the server, where the rows are so few that any will do.
    ///   - column: the sort column of the list.
    public typealias Pair = (filters: [String], sort: Sort, index: SQL?, column: SQL)

    private let pairs: [Pair]
    let combinations: ListCombinations<Sort>

    /// Declares pairs.
    /// - Parameters:
    ///   - pairs: the first sort of a set of filters is its default.
    ///   - searches: the sets of filters that can be combined with `q`; empty if there is no search.
    public init(_ pairs: [Pair], searchableWith searches: [[String]] = []) {
        self.pairs = pairs
        var sorts: [(filters: [String], sorts: [Sort])] = []
        for pair in pairs {
            if let index = sorts.firstIndex(where: { $0.filters == pair.filters }) {
                sorts[index].sorts.append(pair.sort)
            } else {
                sorts.append((pair.filters, [pair.sort]))
            }
        }
        combinations = ListCombinations(sorts, searchableWith: searches)
    }

    /// The rows of a list that was asked for.
    /// - Parameters:
    ///   - table: the table, and its alias if it has one.
    ///   - id: the column with the internal id.
    ///   - condition: which rows.
    ///   - owners: the owners of the rows; `nil` if the condition contains them.
    public func range(
        for list: ListRequest<Sort>, in table: SQL, id: SQL = "id", where condition: SQL,
        owners: ListRange.Owners? = nil
    ) -> ListRange {
        // Validation has refused all other pairs. A search has no sort, and is not read from here.
        let pair = pairs.first { $0.sort == list.sort && Set($0.filters) == list.filters } ?? pairs.first
        return ListRange(
            table: table, index: pair?.index, id: id, column: pair?.column ?? id, condition: condition, owners: owners)
    }
}

extension ListRequest {
    /// Reads `page`, `limit`, `cursor`, `sortBy`, `sortOrder` and, if the list can be searched, `q`. Read the filters
    /// before.
    public init(from input: inout Input, _ indexes: ListIndexes<Sort>) {
        self.init(from: &input, indexes.combinations)
    }
}
