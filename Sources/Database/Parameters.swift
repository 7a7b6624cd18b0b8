import CMariaDB
import FoundationEssentials
import Primitives

/// The values of a statement, laid out as `mysql_stmt_bind_param` wants them.
///
/// They are bound when the statement is first executed. Each later execution writes its values into the same slots, and
/// binds again only if a value has another type or needs more room.
final class Parameters {
    /// Bytes of a slot at first: numbers, times, hashes, UUIDs and most names fit.
    private static let slotSize = 64

    private let binds: UnsafeMutableBufferPointer<MYSQL_BIND>
    private let lengths: UnsafeMutableBufferPointer<UInt>
    private let nulls: UnsafeMutableBufferPointer<my_bool>
    private let memory: ValueMemory
    private var isBound = false

    init(count: Int) {
        binds = .allocate(capacity: count)
        binds.initialize(repeating: MYSQL_BIND())
        lengths = .allocate(capacity: count)
        lengths.initialize(repeating: 0)
        nulls = .allocate(capacity: count)
        nulls.initialize(repeating: 1)
        memory = ValueMemory(sizes: Array(repeating: Self.slotSize, count: count))
        for index in binds.indices {
            // Without a type yet: the first value that is not NULL determines it.
            binds[index].buffer_type = MYSQL_TYPE_NULL
            binds[index].length = lengths.baseAddress?.advanced(by: index)
            binds[index].is_null = nulls.baseAddress?.advanced(by: index)
            binds[index].buffer = memory[index].baseAddress
        }
    }

    deinit {
        binds.deallocate()
        lengths.deallocate()
        nulls.deallocate()
    }

    var count: Int { binds.count }

    /// Writes the values of one execution, and binds them if necessary.
    /// - Returns: whether the client library accepted them.
    /// - Throws: `DatabaseError.Kind.usage` for a date that DATETIME cannot hold.
    func bind(
        _ values: [SQLBinding], to statement: UnsafeMutablePointer<MYSQL_STMT>
    ) throws(DatabaseError) -> Bool {
        for index in values.indices { try write(values[index], at: index) }
        if !isBound { isBound = mysql_stmt_bind_param(statement, binds.baseAddress) == 0 }
        return isBound
    }

    /// Frees the memory of long values, after an execution.
    func giveBackLongSlots() {
        guard memory.giveBackLongSlots() else { return }
        for index in binds.indices { binds[index].buffer = memory[index].baseAddress }
        isBound = false
    }

    private func write(_ value: SQLBinding, at index: Int) throws(DatabaseError) {
        nulls[index] = 0
        switch value {
        case .null:
            nulls[index] = 1
        case .integer(let number):
            setType(MYSQL_TYPE_LONGLONG, at: index)
            memory[index].storeBytes(of: number, as: Int64.self)
        case .unsigned(let number):
            setType(MYSQL_TYPE_LONGLONG, isUnsigned: true, at: index)
            memory[index].storeBytes(of: number, as: UInt64.self)
        case .double(let number):
            setType(MYSQL_TYPE_DOUBLE, at: index)
            memory[index].storeBytes(of: number, as: Double.self)
        case .text(var text):
            text.withUTF8 { copy(UnsafeRawBufferPointer($0), as: MYSQL_TYPE_STRING, to: index) }
        case .bytes(let bytes):
            bytes.withUnsafeBytes { copy($0, as: MYSQL_TYPE_BLOB, to: index) }
        case .dateTime(let date):
            guard let time = DateTime(date) else {
                throw DatabaseError(.usage("parameter \(index + 1) is a date outside the years 1000 to 9999"))
            }
            setType(MYSQL_TYPE_DATETIME, at: index)
            memory[index].storeBytes(of: time.mysqlTime, as: MYSQL_TIME.self)
        case .uuid(let uuid):
            setType(MYSQL_TYPE_STRING, at: index)
            UUIDText.write(uuid, to: memory[index])
            lengths[index] = UInt(UUIDText.length)
        }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, as type: enum_field_types, to index: Int) {
        setType(type, at: index)
        if memory.reserve(bytes.count, at: index) {
            binds[index].buffer = memory[index].baseAddress
            isBound = false
        }
        memory[index].copyMemory(from: bytes)
        lengths[index] = UInt(bytes.count)
    }

    private func setType(_ type: enum_field_types, isUnsigned: Bool = false, at index: Int) {
        let isUnsigned: my_bool = isUnsigned ? 1 : 0
        guard binds[index].buffer_type != type || binds[index].is_unsigned != isUnsigned else { return }
        binds[index].buffer_type = type
        binds[index].is_unsigned = isUnsigned
        isBound = false
    }
}
