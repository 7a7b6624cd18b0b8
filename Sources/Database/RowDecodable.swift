public import FoundationEssentials
import Primitives

/// A type that a row decodes to: a module's entity, or a single value from the first column.
public protocol RowDecodable {
    /// The columns that `init(row:)` reads by position, from the first on. Results must begin with them, which is
    /// checked once before any row is read. Empty for a type that reads by name.
    static var columnNames: ColumnNames { get }

    /// Reads from `row`, which is valid only during this call.
    /// - Throws: what `Row.decode` throws.
    init(row: Row) throws(DatabaseError)
}

extension RowDecodable {
    /// None.
    public static var columnNames: ColumnNames { "" }
}

/// The names of columns in their order, with commas between them: `"id, public_id, name"`.
public struct ColumnNames: Sendable, ExpressibleByStringLiteral {
    private var lists: [StaticString]

    /// Takes names with commas between them.
    public init(stringLiteral list: StaticString) {
        lists = [list]
    }

    /// One list after the other.
    public static func + (left: ColumnNames, right: ColumnNames) -> ColumnNames {
        var sum = left
        sum.lists += right.lists
        return sum
    }

    /// The list for a `SELECT`.
    public var sql: SQL {
        var sql = SQL(stringLiteral: lists[0])
        for list in lists.dropFirst() { sql += ", " + SQL(stringLiteral: list) }
        return sql
    }

    var names: [Substring] {
        lists.flatMap { $0.description.split(separator: ",") }.map { $0.drop(while: \.isWhitespace) }
    }
}

extension RowDecodable where Self: ColumnDecodable {
    /// Decodes the first column.
    @inlinable
    public init(row: Row) throws(DatabaseError) {
        self = try row.decode(0)
    }
}

/// A type that can be decoded from one column.
///
/// An enumeration or wrapper with a raw value of such a type only needs to declare the conformance.
public protocol ColumnDecodable {
    /// The value, or `nil` if the column has another type or a value outside of this one.
    static func decoded(from column: ColumnValue) -> Self?
}

/// The value of a column, by the type that the server declares. Text and bytes are in the receive buffer, and are valid
/// until the next row.
public enum ColumnValue {
    /// NULL.
    case null
    /// A signed integer type, or BOOLEAN.
    case integer(Int64)
    /// An UNSIGNED integer type.
    case unsigned(UInt64)
    /// FLOAT or DOUBLE.
    case double(Double)
    /// DECIMAL, which SUM() of integers is too, in digits.
    case decimal(UnsafeRawBufferPointer)
    /// A type with a character set, UUID, or TIME, in UTF-8.
    case text(UnsafeRawBufferPointer)
    /// BINARY, VARBINARY, BLOB or BIT.
    case bytes(UnsafeRawBufferPointer)
    /// DATE, DATETIME or TIMESTAMP, in UTC.
    case dateTime(Date)
    /// A zero date such as 0000-00-00, which is not a day.
    case zeroDate

    var typeDescription: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .unsigned: "an unsigned integer"
        case .double: "a floating-point number"
        case .decimal: "a decimal number"
        case .text: "text"
        case .bytes: "bytes"
        case .dateTime: "a date"
        case .zeroDate: "a zero date"
        }
    }
}

extension ColumnDecodable where Self: RawRepresentable, RawValue: ColumnDecodable {
    /// The value with that raw value, if there is one.
    @inlinable
    public static func decoded(from column: ColumnValue) -> Self? {
        RawValue.decoded(from: column).flatMap(Self.init(rawValue:))
    }
}

extension ColumnDecodable where Self: FixedWidthInteger {
    /// An integer or an integral decimal, if it fits.
    @inlinable
    public static func decoded(from column: ColumnValue) -> Self? {
        switch column {
        case .integer(let number): Self(exactly: number)
        case .unsigned(let number): Self(exactly: number)
        case .decimal(let digits): integral(String(decoding: digits, as: UTF8.self))
        default: nil
        }
    }

    @usableFromInline
    static func integral(_ digits: String) -> Self? {
        let parts = digits.split(separator: ".", maxSplits: 1)
        guard let whole = parts.first, parts.dropFirst().allSatisfy({ $0.allSatisfy { $0 == "0" } }) else {
            return nil
        }
        return Self(whole)
    }
}

extension Int: ColumnDecodable, RowDecodable {}
extension Int32: ColumnDecodable, RowDecodable {}
extension Int64: ColumnDecodable, RowDecodable {}
extension UInt16: ColumnDecodable, RowDecodable {}
extension UInt32: ColumnDecodable, RowDecodable {}
extension UInt64: ColumnDecodable, RowDecodable {}

extension Bool: ColumnDecodable, RowDecodable {
    /// 0 or 1; the server's BOOLEAN is TINYINT and could have other values.
    public static func decoded(from column: ColumnValue) -> Bool? {
        switch Int.decoded(from: column) {
        case 0: false
        case 1: true
        default: nil
        }
    }
}

extension Double: ColumnDecodable, RowDecodable {
    /// A number of any type; integers only as far as a `Double` is exact.
    public static func decoded(from column: ColumnValue) -> Double? {
        switch column {
        case .double(let number): number
        case .integer(let number): Double(exactly: number)
        case .unsigned(let number): Double(exactly: number)
        case .decimal(let digits): Double(String(decoding: digits, as: UTF8.self))
        default: nil
        }
    }
}

extension String: ColumnDecodable, RowDecodable {
    /// Text, or the digits of a DECIMAL.
    public static func decoded(from column: ColumnValue) -> String? {
        switch column {
        case .text(let text), .decimal(let text): String(decoding: text, as: UTF8.self)
        default: nil
        }
    }
}

extension Array: ColumnDecodable where Element == UInt8 {
    /// Bytes.
    public static func decoded(from column: ColumnValue) -> [UInt8]? {
        guard case .bytes(let bytes) = column else { return nil }
        return Array(bytes)
    }
}

extension Array: RowDecodable where Element == UInt8 {}

extension Date: ColumnDecodable, RowDecodable {
    /// A date with or without a time of day.
    public static func decoded(from column: ColumnValue) -> Date? {
        guard case .dateTime(let date) = column else { return nil }
        return date
    }
}

extension UUID: ColumnDecodable, RowDecodable {
    /// The 36 characters of a UUID.
    public static func decoded(from column: ColumnValue) -> UUID? {
        guard case .text(let text) = column else { return nil }
        return UUIDText.read(text)
    }
}

extension Optional: ColumnDecodable where Wrapped: ColumnDecodable {
    /// `.some(nil)` for NULL.
    @inlinable
    public static func decoded(from column: ColumnValue) -> Wrapped?? {
        if case .null = column { return .some(nil) }
        return Wrapped.decoded(from: column).map(Optional.some)
    }
}

extension Optional: RowDecodable where Wrapped: ColumnDecodable {}
