import CMariaDB

/// The bound values of one execution, laid out as `mysql_stmt_bind_param` wants them.
///
/// The client library keeps the addresses until the statement has been executed, so the values are copied into
/// memory that lives exactly as long as this.
final class Parameters {
    let binds: UnsafeMutableBufferPointer<MYSQL_BIND>
    private let memory: UnsafeMutableRawBufferPointer
    private var used = 0

    /// - Throws: `DatabaseError.Kind.usage` for a date that DATETIME cannot hold.
    init(_ values: [SQLBinding]) throws(DatabaseError) {
        binds = .allocate(capacity: values.count)
        binds.initialize(repeating: MYSQL_BIND())
        memory = .allocate(byteCount: values.reduce(0) { $0 + $1.reservedBytes }, alignment: 16)
        for (index, value) in values.enumerated() { try store(value, at: index) }
    }

    deinit {
        binds.deallocate()
        memory.deallocate()
    }

    private func store(_ value: SQLBinding, at index: Int) throws(DatabaseError) {
        switch value {
        case .null:
            binds[index].buffer_type = MYSQL_TYPE_NULL
        case .integer(let number):
            withUnsafeBytes(of: number) { store($0, as: MYSQL_TYPE_LONGLONG, at: index) }
        case .unsigned(let number):
            withUnsafeBytes(of: number) { store($0, as: MYSQL_TYPE_LONGLONG, at: index) }
            binds[index].is_unsigned = 1
        case .double(let number):
            withUnsafeBytes(of: number) { store($0, as: MYSQL_TYPE_DOUBLE, at: index) }
        case .text(var text):
            text.withUTF8 { store(UnsafeRawBufferPointer($0), as: MYSQL_TYPE_STRING, at: index) }
        case .bytes(let bytes):
            bytes.withUnsafeBytes { store($0, as: MYSQL_TYPE_BLOB, at: index) }
        case .dateTime(let date):
            guard let time = DateTime(date) else {
                throw DatabaseError(.usage("parameter \(index + 1) is a date outside the years 1000 to 9999"))
            }
            withUnsafeBytes(of: time.mysqlTime) { store($0, as: MYSQL_TYPE_DATETIME, at: index) }
        }
    }

    private func store(_ bytes: UnsafeRawBufferPointer, as type: enum_field_types, at index: Int) {
        let slot = UnsafeMutableRawBufferPointer(rebasing: memory[used..<(used + bytes.count)])
        slot.copyMemory(from: bytes)
        used += SQLBinding.aligned(bytes.count)
        binds[index].buffer_type = type
        binds[index].buffer = slot.baseAddress
        binds[index].buffer_length = UInt(bytes.count)
        binds[index].length_value = UInt(bytes.count)
    }
}

extension SQLBinding {
    /// How much memory the value takes up among its like, so that every one starts aligned.
    fileprivate var reservedBytes: Int {
        switch self {
        case .null: 0
        case .integer, .unsigned, .double: SQLBinding.aligned(MemoryLayout<Int64>.size)
        case .text(let text): SQLBinding.aligned(text.utf8.count)
        case .bytes(let bytes): SQLBinding.aligned(bytes.count)
        case .dateTime: SQLBinding.aligned(MemoryLayout<MYSQL_TIME>.size)
        }
    }

    /// The next multiple of 8. An empty value takes 8 bytes too: its address must be valid.
    fileprivate static func aligned(_ count: Int) -> Int {
        max(8, (count + 7) & ~7)
    }
}
