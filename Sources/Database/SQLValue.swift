public import FoundationEssentials

/// A value as it is sent to the server, separate from the statement.
public enum SQLBinding: Sendable {
    /// NULL.
    case null
    /// BIGINT.
    case integer(Int64)
    /// BIGINT UNSIGNED.
    case unsigned(UInt64)
    /// DOUBLE.
    case double(Double)
    /// Text in UTF-8.
    case text(String)
    /// Bytes without a character set.
    case bytes([UInt8])
    /// DATETIME(6) in UTC.
    case dateTime(Date)
    /// The 36 characters of a UUID, in lower case.
    case uuid(UUID)
}

/// A type whose values can be bound to a statement.
///
/// An enumeration or wrapper with a raw value of such a type only needs to declare the conformance.
public protocol SQLValue {
    /// The value to send.
    var sqlValue: SQLBinding { get }
}

extension SQLValue where Self: RawRepresentable, RawValue: SQLValue {
    /// The raw value.
    public var sqlValue: SQLBinding { rawValue.sqlValue }
}

extension SQLValue where Self: FixedWidthInteger {
    /// The number; only integer types with at most 64 bits conform.
    public var sqlValue: SQLBinding {
        Self.isSigned
            ? .integer(Int64(truncatingIfNeeded: self))
            : .unsigned(UInt64(truncatingIfNeeded: self))
    }
}

extension Int: SQLValue {}
extension Int16: SQLValue {}
extension Int32: SQLValue {}
extension Int64: SQLValue {}
extension UInt: SQLValue {}
extension UInt16: SQLValue {}
extension UInt32: SQLValue {}
extension UInt64: SQLValue {}

extension Bool: SQLValue {
    /// 1 or 0.
    public var sqlValue: SQLBinding { .integer(self ? 1 : 0) }
}

extension Double: SQLValue {
    /// The number; the server has no infinity and no NaN and refuses them.
    public var sqlValue: SQLBinding { .double(self) }
}

extension String: SQLValue {
    /// The text in UTF-8.
    public var sqlValue: SQLBinding { .text(self) }
}

extension Array: SQLValue where Element == UInt8 {
    /// The bytes. The server takes at most `max_allowed_packet` (16 MiB by default) for a whole statement.
    public var sqlValue: SQLBinding { .bytes(self) }
}

extension Date: SQLValue {
    /// The time, rounded to the microsecond. Years outside 1000…9999 are refused when the statement is run.
    public var sqlValue: SQLBinding { .dateTime(self) }
}

extension UUID: SQLValue {
    /// The 36 characters, in lower case as the server writes them.
    public var sqlValue: SQLBinding { .uuid(self) }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    /// The value, or NULL.
    public var sqlValue: SQLBinding { self?.sqlValue ?? .null }
}
