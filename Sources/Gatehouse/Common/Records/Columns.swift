public import Database
public import Web

/// The columns of a record.
public struct Columns<Model: Sendable>: Sendable {
    let names: ColumnNames
    /// The list for a `SELECT`.
    let sql: SQL
    /// Decodes a record from a row that begins with the columns.
    let decode: @Sendable (Row) throws(DatabaseError) -> Model
    private let columns: [ErasedColumn<Model>]

    /// Declares the columns.
    /// - Parameters:
    ///   - alias: the alias of the table in statements that join others; `nil` if they name only this table.
    ///   - make: the memberwise initializer. It takes the values by position, so the columns must be in the order of
    ///     the properties. Otherwise decoding throws `DatabaseError.Kind.usage`.
    ///   - column: one for each property.
    public init<each Value: ColumnDecodable & Sendable>(
        of alias: SQL? = nil, _ make: @escaping @Sendable (repeat each Value) -> Model,
        _ column: repeat Column<Model, each Value>
    ) {
        var columns: [ErasedColumn<Model>] = []
        for column in repeat each column { columns.append(column.erased) }
        var (names, sql): (ColumnNames?, SQL?)
        for column in columns {
            names = names.map { $0 + column.names } ?? column.names
            let selected = column.selected(of: alias)
            sql = sql.map { "\($0), \(selected)" } ?? selected
        }
        self.names = names ?? ""
        self.sql = sql ?? ""
        self.columns = columns
        let isInOrder = Self.areInOrder(columns)
        decode = { (row: Row) throws(DatabaseError) -> Model in
            guard isInOrder else { throw .usage("the columns of \(Model.self) are not in the order of its properties") }
            var position = -1
            func next<Next: ColumnDecodable>(_ type: Next.Type) throws(DatabaseError) -> Next {
                position += 1
                return try row.decode(position)
            }
            return make(repeat try next((each Value).self))
        }
    }

    /// Whether the columns are in the order of the properties in memory, which is the order of their declarations.
    private static func areInOrder(_ columns: [ErasedColumn<Model>]) -> Bool {
        let offsets = columns.compactMap { MemoryLayout<Model>.offset(of: $0.path) }
        return offsets.count == columns.count && zip(offsets, offsets.dropFirst()).allSatisfy(<)
    }

    /// Writes the columns that have a name in answers.
    func write(_ model: Model, to output: inout Output) {
        for column in columns { column.write?(model, &output) }
    }

    /// The column of a property.
    /// - Throws: `DatabaseError.Kind.usage` if there is none, or if it has no name in answers.
    func answered(_ path: PartialKeyPath<Model>) throws(DatabaseError) -> (column: SQL, field: String) {
        guard let column = columns.first(where: { $0.path == path }), let field = column.field else {
            throw .usage("\(path) is not a column with a name in the answers of \(Model.self)")
        }
        return (column.name, field.description)
    }
}

/// A column of a record, and the property that holds it.
public struct Column<Model: Sendable, Value: ColumnDecodable & Sendable>: Sendable {
    let erased: ErasedColumn<Model>

    /// A column that answers do not contain.
    /// - Parameter expression: what is selected, if it is not the column itself.
    public init(_ name: StaticString, from expression: SQL? = nil, _ path: any KeyPath<Model, Value> & Sendable) {
        erased = ErasedColumn(column: name, expression: expression, path: path, field: nil, write: nil)
    }

    /// A column that answers contain.
    /// - Parameters:
    ///   - expression: what is selected, if it is not the column itself.
    ///   - field: its name in answers.
    ///   - format: the format of a string in the document (JSON Schema, `format`), such as `email`.
    ///   - description: a sentence for the document.
    public init(
        _ name: StaticString, from expression: SQL? = nil, _ path: any KeyPath<Model, Value> & Sendable,
        as field: StaticString, format: String? = nil, _ description: String? = nil
    ) where Value: ResponseValue {
        erased = ErasedColumn(column: name, expression: expression, path: path, field: field) { model, output in
            output.field(field, model[keyPath: path], format: format, description: description)
        }
    }
}

/// A column without the type of its values.
struct ErasedColumn<Model: Sendable>: Sendable {
    let column: StaticString
    let expression: SQL?
    let path: any PartialKeyPath<Model> & Sendable
    let field: StaticString?
    let write: (@Sendable (Model, inout Output) -> Void)?

    var name: SQL { SQL(stringLiteral: column) }
    var names: ColumnNames { ColumnNames(stringLiteral: column) }

    /// The column as an element of a `SELECT`.
    func selected(of alias: SQL?) -> SQL {
        if let expression { return "\(expression) AS \(name)" }
        return alias.map { "\($0).\(name)" } ?? name
    }
}

extension SQL.StringInterpolation {
    /// Inserts the list of the columns: `"SELECT \(Role.columns) FROM roles"`.
    public mutating func appendInterpolation<Model>(_ columns: Columns<Model>) {
        appendInterpolation(columns.sql)
    }
}
