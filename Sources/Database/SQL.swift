/// A statement, or a part of one, with its values.
///
/// It can only be written as a literal, and interpolation binds: `"SELECT id FROM users WHERE email = \(email)"` sends
/// `?`, and the value separately. The literal type is `StaticString`, so a `String` made at run time cannot become SQL:
/// it does not compile.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The parts of the text, in order.
    private(set) var pieces: [Piece] = []
    private(set) var bindings: [SQLBinding] = []

    /// A statement without values.
    public init(stringLiteral text: StaticString) {
        pieces = [Piece(text)]
    }

    private init() {}

    /// A statement with values.
    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    /// One text after the other, with the values of both.
    public static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum += right
        return sum
    }

    /// Appends a text with its values.
    public static func += (left: inout SQL, right: SQL) {
        left.pieces += right.pieces
        left.bindings += right.bindings
    }

    /// The text, with `?` for every value. It is composed on every call.
    package var text: String {
        var text = ""
        for piece in pieces { piece.append(to: &text) }
        return text
    }

    fileprivate mutating func append(_ literal: StaticString) {
        pieces.append(Piece(literal))
    }

    fileprivate mutating func bind(_ value: SQLBinding) {
        pieces.append(.value)
        bindings.append(value)
    }

    /// Collects the pieces of an `SQL` literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL()

        /// Starts empty.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.pieces.reserveCapacity(2 * interpolationCount + 1)
            sql.bindings.reserveCapacity(interpolationCount)
        }

        /// Appends a literal of the source code.
        public mutating func appendLiteral(_ text: StaticString) {
            sql.append(text)
        }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some SQLValue) {
            sql.bind(value.sqlValue)
        }

        /// Binds a value or NULL.
        public mutating func appendInterpolation(_ value: (some SQLValue)?) {
            sql.bind(value.sqlValue)
        }

        /// Inserts another piece of SQL with its values.
        public mutating func appendInterpolation(_ other: SQL) {
            sql += other
        }

        /// Binds values as `?, ?, ?`, for `IN (\(list: ids))`. The last value is repeated up to the next padded length,
        /// so lists of any length lead to few different statements. An empty list becomes `NULL`: `x IN (NULL)` matches
        /// nothing, as it should, but `x NOT IN (NULL)` matches nothing either.
        public mutating func appendInterpolation(list values: [some SQLValue]) {
            guard let last = values.last else {
                sql.append("NULL")
                return
            }
            for index in 0..<SQL.paddedLength(of: values.count) {
                if index > 0 { sql.append(", ") }
                sql.bind((index < values.count ? values[index] : last).sqlValue)
            }
        }
    }

    /// The lengths to which lists are padded. A page has at most 100 rows, a batch 1000.
    private static let paddedLengths = [1, 4, 16, 128, 1024, 16_384]

    /// The number of values that are sent for a list of this length; a list longer than all padded lengths is sent as
    /// it is.
    package static func paddedLength(of count: Int) -> Int {
        paddedLengths.first { $0 >= count } ?? count
    }
}

extension SQL {
    /// A part of the text: a literal, or the placeholder of a value.
    ///
    /// A literal never moves, so its address identifies it: statements made of the same literals have the same text. A
    /// prepared statement is found by its pieces, without composing the text.
    struct Piece: Hashable, Sendable {
        /// The placeholder of a value.
        static let value = Piece(address: 0, count: 0)

        /// 0 for a placeholder, and for a single character, which the compiler stores without an address.
        private let address: UInt
        /// The length of the literal in bytes; for a single character, the character itself.
        private let count: Int

        private init(address: UInt, count: Int) {
            self.address = address
            self.count = count
        }

        init(_ literal: StaticString) {
            if literal.hasPointerRepresentation {
                self.init(address: UInt(bitPattern: literal.utf8Start), count: literal.utf8CodeUnitCount)
            } else {
                self.init(address: 0, count: Int(literal.unicodeScalar.value))
            }
        }

        fileprivate func append(to text: inout String) {
            if let start = UnsafePointer<UInt8>(bitPattern: address) {
                text += String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
            } else if count > 0, let scalar = Unicode.Scalar(UInt32(count)) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "?"
            }
        }
    }
}

extension SQL: CustomStringConvertible, CustomReflectable {
    /// The text without the values.
    public var description: String { text }

    /// The same for `dump` and debuggers.
    public var customMirror: Mirror { Mirror(self, children: ["text": text]) }
}
