import CMariaDB

/// The memory into which the client library writes the columns of a row, and the values in it.
///
/// They are bound when the statement is first executed, and stay for as long as its result has these columns. A slot
/// grows to its longest value so far.
final class ResultBuffers {
    /// The maximum initial size of the slot of a column with varying length, in bytes.
    private static let slotSize = 256

    /// The names of the columns.
    let names: [String]
    /// Counts the rows that were fetched into these buffers.
    private(set) var rowNumber = 0

    private let types: [ColumnType]
    private let binds: UnsafeMutableBufferPointer<MYSQL_BIND>
    private let lengths: UnsafeMutableBufferPointer<UInt>
    private let nulls: UnsafeMutableBufferPointer<my_bool>
    private let memory: ValueMemory
    private var isBound = false
    /// The type with whose columns these were last compared.
    private var checkedType: ObjectIdentifier?
    private var positions: ColumnPositions

    init(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) {
        names = fields.map(\.columnName)
        positions = ColumnPositions(names)
        types = fields.map(ColumnType.init)
        binds = .allocate(capacity: fields.count)
        binds.initialize(repeating: MYSQL_BIND())
        lengths = .allocate(capacity: fields.count)
        lengths.initialize(repeating: 0)
        nulls = .allocate(capacity: fields.count)
        nulls.initialize(repeating: 0)
        memory = ValueMemory(
            sizes: zip(fields, types).map { field, type in type.size ?? min(Int(field.length), Self.slotSize) })
        for (index, type) in types.enumerated() {
            binds[index].buffer_type = type.bindType
            binds[index].is_unsigned = type == .unsigned ? 1 : 0
            binds[index].length = lengths.baseAddress?.advanced(by: index)
            binds[index].is_null = nulls.baseAddress?.advanced(by: index)
        }
        setAddresses()
    }

    deinit {
        binds.deallocate()
        lengths.deallocate()
        nulls.deallocate()
    }

    /// Whether the buffers still fit: the server prepares a statement again by itself after a change of a table. The
    /// names stay those of the first time, since the client library keeps them.
    func fit(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) -> Bool {
        guard fields.count == types.count else { return false }
        for index in fields.indices where ColumnType(fields[index]) != types[index] { return false }
        return true
    }

    /// Binds the statement to these buffers, if necessary.
    func bind(to statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
        if !isBound { isBound = mysql_stmt_bind_result(statement, binds.baseAddress) == 0 }
        return isBound
    }

    /// Frees the memory of long values, after the rows were read.
    func giveBackLongSlots() {
        if memory.giveBackLongSlots() { setAddresses() }
    }

    /// The row that the statement has fetched.
    /// - Parameter isTruncated: whether a value did not fit into its slot. Such a slot grows, and the value is fetched
    ///   again.
    func row(of statement: UnsafeMutablePointer<MYSQL_STMT>, isTruncated: Bool) -> Row? {
        rowNumber += 1
        positions.startRow()
        if isTruncated {
            for index in types.indices where nulls[index] == 0 && Int(lengths[index]) > memory[index].count {
                _ = memory.reserve(Int(lengths[index]), at: index)
                setAddresses()
                guard mysql_stmt_fetch_column(statement, &binds[index], UInt32(index), 0) == 0 else { return nil }
            }
            guard bind(to: statement) else { return nil }
        }
        return Row(buffers: self, number: rowNumber)
    }

    private func setAddresses() {
        for index in binds.indices {
            binds[index].buffer = memory[index].baseAddress
            binds[index].buffer_length = UInt(memory[index].count)
        }
        isBound = false
    }
}

// MARK: - Reading

extension ResultBuffers {
    /// What the row that was fetched last holds in a column.
    func value(at index: Int) -> ColumnValue {
        guard nulls[index] == 0 else { return .null }
        switch types[index] {
        case .integer: return .integer(memory[index].load(as: Int64.self))
        case .unsigned: return .unsigned(memory[index].load(as: UInt64.self))
        case .double: return .double(memory[index].load(as: Double.self))
        case .dateTime:
            guard let time = DateTime(memory[index].load(as: MYSQL_TIME.self)) else { return .zeroDate }
            return .dateTime(time.date)
        case .decimal: return .decimal(bytes(at: index))
        case .text: return .text(bytes(at: index))
        case .bytes: return .bytes(bytes(at: index))
        }
    }

    /// The bytes of the column, which are valid until the next row.
    private func bytes(at index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[index][..<min(Int(lengths[index]), memory[index].count)])
    }

    /// The position of a column.
    func position(of name: StaticString) -> ColumnPositions.Position {
        positions.position(of: name)
    }

    /// Compares the columns with those that a type reads by position, once.
    func check<T: RowDecodable>(_ type: T.Type) throws(DatabaseError) {
        guard checkedType != ObjectIdentifier(type) else { return }
        for (index, name) in T.columnNames.names.enumerated() {
            guard names.indices.contains(index), names[index] == name else {
                let found = names.indices.contains(index) ? "the column \(names[index])" : "no such column"
                throw DatabaseError(.decoding(column: "\(index)", found: found, expected: "\(name) of \(T.self)"))
            }
        }
        checkedType = ObjectIdentifier(type)
    }
}

/// How a column is fetched.
private enum ColumnType {
    case integer, unsigned, double, decimal, text, bytes, dateTime

    /// The number of the `binary` character set, which marks bytes.
    private static let binaryCharacterSet: UInt32 = 63

    init(_ field: MYSQL_FIELD) {
        switch field.type {
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG,
            MYSQL_TYPE_YEAR:
            self = field.flags & UInt32(UNSIGNED_FLAG) == 0 ? .integer : .unsigned
        case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: self = .double
        case MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL: self = .decimal
        case MYSQL_TYPE_DATE, MYSQL_TYPE_DATETIME, MYSQL_TYPE_TIMESTAMP: self = .dateTime
        case MYSQL_TYPE_TIME: self = .text
        case MYSQL_TYPE_BIT: self = .bytes
        default: self = field.charsetnr == ColumnType.binaryCharacterSet ? .bytes : .text
        }
    }

    var bindType: enum_field_types {
        switch self {
        case .integer, .unsigned: MYSQL_TYPE_LONGLONG
        case .double: MYSQL_TYPE_DOUBLE
        case .dateTime: MYSQL_TYPE_DATETIME
        case .decimal, .text: MYSQL_TYPE_STRING
        case .bytes: MYSQL_TYPE_BLOB
        }
    }

    /// The size of every value in bytes; `nil` if it varies.
    var size: Int? {
        switch self {
        case .integer, .unsigned, .double: MemoryLayout<Int64>.size
        case .dateTime: MemoryLayout<MYSQL_TIME>.size
        case .decimal, .text, .bytes: nil
        }
    }
}

extension MYSQL_FIELD {
    fileprivate var columnName: String {
        String(decoding: UnsafeRawBufferPointer(start: name, count: Int(name_length)), as: UTF8.self)
    }
}
