/// One row of a result.
public struct Row: Sendable {
    let columns: Columns
    let values: [ColumnValue]

    /// Decodes the column of that name.
    /// - Throws: `DatabaseError.Kind.decoding` when there is no such column or more than one, when it is NULL and
    ///   `T` is not optional, or when its type is another.
    public func decode<T: ColumnDecodable>(
        _ name: String, as type: T.Type = T.self
    ) throws(DatabaseError) -> T {
        switch columns.position(of: name) {
        case .at(let index): return try decode(index)
        case .missing:
            throw DatabaseError(.decoding(column: name, found: "no such column", expected: "\(T.self)"))
        case .ambiguous:
            throw DatabaseError(.decoding(column: name, found: "several columns", expected: "\(T.self)"))
        }
    }

    /// Decodes a column by its position, from 0.
    /// - Throws: `DatabaseError.Kind.decoding`, as by name.
    public func decode<T: ColumnDecodable>(
        _ index: Int, as type: T.Type = T.self
    ) throws(DatabaseError) -> T {
        guard values.indices.contains(index) else {
            throw DatabaseError(.decoding(column: "\(index)", found: "no such column", expected: "\(T.self)"))
        }
        guard let value = T.decoded(from: values[index]) else {
            let (column, found) = (columns.names[index], values[index].typeDescription)
            throw DatabaseError(.decoding(column: column, found: found, expected: "\(T.self)"))
        }
        return value
    }
}

extension Row: CustomStringConvertible, CustomReflectable {
    /// The names of the columns, without the values.
    public var description: String { "Row(\(columns.names.joined(separator: ", ")))" }

    /// The same for `dump` and debuggers.
    public var customMirror: Mirror { Mirror(self, children: ["columns": columns.names]) }
}

/// The column names of a result, shared by its rows.
final class Columns: Sendable {
    enum Position {
        case at(Int)
        case missing
        case ambiguous
    }

    let names: [String]
    /// `nil` stands for a name that several columns have.
    private let positions: [String: Int?]

    init(_ names: [String]) {
        self.names = names
        positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { _, _ in nil })
    }

    func position(of name: String) -> Position {
        switch positions[name] {
        case .some(.some(let index)): .at(index)
        case .some(.none): .ambiguous
        case .none: .missing
        }
    }
}
