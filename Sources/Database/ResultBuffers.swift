import CMariaDB

/// Where the client library puts the columns of a row, and how they become values.
///
/// Long columns get a small slot; what does not fit is fetched again into memory of its real length, so that a
/// result with a BLOB column costs no more than its rows do.
final class ResultBuffers {
    /// Bytes of the slot of a column whose length varies.
    private static let slotSize = 256

    let columns: Columns
    private let types: [ColumnType]
    private let binds: UnsafeMutableBufferPointer<MYSQL_BIND>
    private let slots: UnsafeMutableRawBufferPointer
    private let lengths: UnsafeMutableBufferPointer<UInt>
    private let nulls: UnsafeMutableBufferPointer<my_bool>

    init(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) {
        columns = Columns(fields.map(\.columnName))
        types = fields.map(ColumnType.init)
        binds = .allocate(capacity: fields.count)
        binds.initialize(repeating: MYSQL_BIND())
        slots = .allocate(byteCount: fields.count * ResultBuffers.slotSize, alignment: 16)
        lengths = .allocate(capacity: fields.count)
        lengths.initialize(repeating: 0)
        nulls = .allocate(capacity: fields.count)
        nulls.initialize(repeating: 0)
        for (index, type) in types.enumerated() {
            binds[index].buffer_type = type.bindType
            binds[index].is_unsigned = type == .unsigned ? 1 : 0
            binds[index].buffer = slot(index).baseAddress
            binds[index].buffer_length = UInt(ResultBuffers.slotSize)
            binds[index].length = lengths.baseAddress?.advanced(by: index)
            binds[index].is_null = nulls.baseAddress?.advanced(by: index)
        }
    }

    deinit {
        binds.deallocate()
        slots.deallocate()
        lengths.deallocate()
        nulls.deallocate()
    }

    /// Whether the buffers still fit: the server prepares a statement again by itself when a table was altered.
    func fit(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) -> Bool {
        fields.count == types.count
            && fields.indices.allSatisfy {
                ColumnType(fields[$0]) == types[$0] && fields[$0].columnName == columns.names[$0]
            }
    }

    /// Tells the statement to fetch rows into these buffers.
    func bind(to statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
        mysql_stmt_bind_result(statement, binds.baseAddress) == 0
    }

    /// The row that the statement has fetched.
    func row(of statement: UnsafeMutablePointer<MYSQL_STMT>) -> Row {
        Row(columns: columns, values: types.indices.map { value($0, of: statement) })
    }

    private func value(_ index: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>) -> ColumnValue {
        guard nulls[index] == 0 else { return .null }
        switch types[index] {
        case .integer: return .integer(slot(index).load(as: Int64.self))
        case .unsigned: return .unsigned(slot(index).load(as: UInt64.self))
        case .double: return .double(slot(index).load(as: Double.self))
        case .dateTime:
            guard let time = DateTime(slot(index).load(as: MYSQL_TIME.self)) else { return .zeroDate }
            return .dateTime(time.date)
        case .decimal: return .decimal(text(index, of: statement))
        case .text: return .text(text(index, of: statement))
        case .bytes:
            let length = Int(lengths[index])
            return .bytes(
                [UInt8](unsafeUninitializedCapacity: length) { memory, count in
                    count = copy(index, of: statement, to: memory)
                })
        }
    }

    private func text(_ index: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>) -> String {
        String(unsafeUninitializedCapacity: Int(lengths[index])) { copy(index, of: statement, to: $0) }
    }

    /// Copies a column of any length, and answers how many bytes it has.
    private func copy(
        _ index: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>,
        to memory: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        let length = Int(lengths[index])
        guard length > ResultBuffers.slotSize else {
            UnsafeMutableRawBufferPointer(memory).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: slot(index)[..<length]))
            return length
        }
        var whole = MYSQL_BIND()
        var realLength: UInt = 0
        var isNull: my_bool = 0
        whole.buffer_type = types[index].bindType
        whole.buffer = UnsafeMutableRawPointer(memory.baseAddress)
        whole.buffer_length = UInt(length)
        let status = withUnsafeMutablePointer(to: &realLength) { realLength in
            withUnsafeMutablePointer(to: &isNull) { isNull in
                whole.length = realLength
                whole.is_null = isNull
                return mysql_stmt_fetch_column(statement, &whole, UInt32(index), 0)
            }
        }
        return status == 0 ? length : 0
    }

    private func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
        let start = index * ResultBuffers.slotSize
        return UnsafeMutableRawBufferPointer(rebasing: slots[start..<(start + ResultBuffers.slotSize)])
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
}

extension MYSQL_FIELD {
    fileprivate var columnName: String {
        String(decoding: UnsafeRawBufferPointer(start: name, count: Int(name_length)), as: UTF8.self)
    }
}
