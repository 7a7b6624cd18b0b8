/// The row of a result that was read last. It is over with the next one, so only `RowDecodable` sees it.
public struct Row {
    let buffers: ResultBuffers
    /// Which of the rows that these buffers have held.
    let number: Int

    /// Decodes the column of that name.
    /// - Throws: `DatabaseError.Kind.decoding` when there is no such column or more than one, when it is NULL and
    ///   `T` is not optional, or when its type is another.
    public func decode<T: ColumnDecodable>(
        _ name: StaticString, as type: T.Type = T.self
    ) throws(DatabaseError) -> T {
        switch buffers.position(of: name) {
        case .at(let index):
            return try decode(index)
        case .missing:
            throw DatabaseError(
                .decoding(column: name.description, found: "no such column", expected: "\(T.self)"))
        case .ambiguous:
            throw DatabaseError(
                .decoding(column: name.description, found: "several columns", expected: "\(T.self)"))
        }
    }

    /// Decodes a column by its position, from 0. A type that reads so declares its columns as
    /// `RowDecodable.columnNames`.
    /// - Throws: `DatabaseError.Kind.decoding`, as by name; `DatabaseError.Kind.usage` when another row was read
    ///   meanwhile.
    @inlinable
    public func decode<T: ColumnDecodable>(
        _ index: Int, as type: T.Type = T.self
    ) throws(DatabaseError) -> T {
        let column = try column(at: index, for: type)
        guard let value = T.decoded(from: column) else { throw mismatch(at: index, column, type) }
        return value
    }

    @usableFromInline
    func column(at index: Int, for type: Any.Type) throws(DatabaseError) -> ColumnValue {
        guard buffers.names.indices.contains(index) else {
            throw DatabaseError(.decoding(column: "\(index)", found: "no such column", expected: "\(type)"))
        }
        guard number == buffers.rowNumber else { throw DatabaseError(.usage("a row was kept past the next one")) }
        return buffers.value(at: index)
    }

    @usableFromInline
    func mismatch(at index: Int, _ column: ColumnValue, _ type: Any.Type) -> DatabaseError {
        DatabaseError(
            .decoding(column: buffers.names[index], found: column.typeDescription, expected: "\(type)"))
    }
}

extension Row: CustomStringConvertible, CustomReflectable {
    /// The names of the columns, without the values.
    public var description: String { "Row(\(buffers.names.joined(separator: ", ")))" }

    /// The same for `dump` and debuggers.
    public var customMirror: Mirror { Mirror(self, children: ["columns": buffers.names]) }
}
