public import Database
public import Web

/// The columns of a row.
public struct Columns<Model: Sendable>: Sendable {
    let names: ColumnNames
    /// The list for a `SELECT`.
    let sql: SQL
    /// Decodes a value from a row that begins with the columns.
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
        self.columns = columns
        names = columns.dropFirst().reduce(columns.first?.names ?? "") { $0 + $1.names }
        sql = Self.list(columns, of: alias)
        let isInOrder = Self.areInOrder(columns)
        decode = { (row: Row) throws(DatabaseError) -> Model in
            guard isInOrder else { throw .usage("the columns of \(Model.self) are not in the order of its properties") }
            var position = -1
            func next<Next>(_ column: Column<Model, Next>) throws(DatabaseError) -> Next {
                position += 1
                return try column.decode(row, position)
            }
            return make(repeat try next(each column))
        }
    }

    private static func list(_ columns: [ErasedColumn<Model>], of alias: SQL?) -> SQL {
        let selected = columns.map { $0.selected(of: alias) }
        return selected.dropFirst().reduce(selected.first ?? "") { "\($0), \($1)" }
    }

    /// Whether the columns are in the order of the properties in memory, which is the order of their declarations.
    private static func areInOrder(_ columns: [ErasedColumn<Model>]) -> Bool {
        let offsets = columns.compactMap { MemoryLayout<Model>.offset(of: $0.path) }
        return offsets.count == columns.count && zip(offsets, offsets.dropFirst()).allSatisfy(<)
    }

    /// The list for a `SELECT` that calls the table by an alias.
    func sql(of alias: SQL) -> SQL { Self.list(columns, of: alias) }

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

/// A column of a row, and the property that holds it.
public struct Column<Model: Sendable, Value: ColumnDecodable & Sendable>: Sendable {
    /// Made here, where the type of the value is known, so that decoding needs no lookup of types.
    let decode: @Sendable (Row, Int) throws(DatabaseError) -> Value
    let erased: ErasedColumn<Model>

    private init(_ erased: ErasedColumn<Model>) {
        self.erased = erased
        decode = { (row: Row, position: Int) throws(DatabaseError) in try row.decode(position) }
    }

    /// A column that answers do not contain.
    /// - Parameter expression: what is selected, if it is not the column itself.
    public init(_ name: StaticString, from expression: SQL? = nil, _ path: any KeyPath<Model, Value> & Sendable) {
        self.init(ErasedColumn(column: name, expression: expression, path: path, field: nil, write: nil))
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
        self.init(
            ErasedColumn(column: name, expression: expression, path: path, field: field) { model, output in
                output.field(field, model[keyPath: path], format: format, description: description)
            })
    }

    /// The same column with another member after it in answers: a property that is computed from the columns.
    /// - Parameters:
    ///   - field: its name in answers.
    ///   - description: a sentence for the document.
    public func followed<Member: ResponseValue>(
        by path: any KeyPath<Model, Member> & Sendable, as field: StaticString, _ description: String? = nil
    ) -> Column {
        var both = erased
        both.write = { [write = erased.write] model, output in
            write?(model, &output)
            output.field(field, model[keyPath: path], description: description)
        }
        return Column(both)
    }
}

/// A column without the type of its values.
struct ErasedColumn<Model: Sendable>: Sendable {
    let column: StaticString
    let expression: SQL?
    let path: any PartialKeyPath<Model> & Sendable
    let field: StaticString?
    var write: (@Sendable (Model, inout Output) -> Void)?

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
