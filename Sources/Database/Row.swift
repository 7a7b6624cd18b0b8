/// The last read row of a result. It is valid until the next one is read, so only `RowDecodable` sees it.
public struct Row {
    let buffers: ResultBuffers
    /// The number of the row in these buffers.
    let number: Int

    /// Decodes the column of that name.
    /// - Throws: `DatabaseError.Kind.decoding` when there is no such column or more than one, when it is NULL and `T`
    ///   is not optional, or when it has another type.
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
        // The type is mentioned only in the error case: creating the metatype of an `Optional` costs more than
        // decoding.
        guard let column = column(at: index), let value = T.decoded(from: column) else {
            throw failure(at: index, type)
        }
        return value
    }

    /// The value of a column; `nil` if there is no such column, or if another row was read meanwhile.
    @usableFromInline
    func column(at index: Int) -> ColumnValue? {
        guard buffers.names.indices.contains(index), number == buffers.rowNumber else { return nil }
        return buffers.value(at: index)
    }

    /// Why a column could not be decoded.
    @usableFromInline
    func failure(at index: Int, _ type: Any.Type) -> DatabaseError {
        guard buffers.names.indices.contains(index) else {
            return DatabaseError(.decoding(column: "\(index)", found: "no such column", expected: "\(type)"))
        }
        guard let column = column(at: index) else {
            return DatabaseError(
                .usage(
                    "a row was used after the next one was read"))
        }
        return DatabaseError(
            .decoding(column: buffers.names[index], found: column.typeDescription, expected: "\(type)"))
    }
}

extension Row: CustomStringConvertible, CustomReflectable {
    /// The names of the columns, without the values.
    public var description: String { "Row(\(buffers.names.joined(separator: ", ")))" }

    /// The same for `dump` and debuggers.
    public var customMirror: Mirror { Mirror(self, children: ["columns": buffers.names]) }
}
