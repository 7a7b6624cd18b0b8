/// A statement, or a part of one, with the values that go with it.
///
/// It can only be written as a literal, and interpolation binds: `"SELECT id FROM users WHERE email = \(email)"`
/// sends `?` and the value apart from it. The literal type is `StaticString`, so a `String` made at run time
/// cannot become SQL: it does not compile.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text, in which `?` stands for every value.
    public private(set) var text: String
    var bindings: [SQLBinding]

    /// A statement without values.
    public init(stringLiteral text: StaticString) {
        self.text = text.description
        bindings = []
    }

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
        left.text += right.text
        left.bindings += right.bindings
    }

    fileprivate mutating func bind(_ value: SQLBinding) {
        text += "?"
        bindings.append(value)
    }

    /// Collects the pieces of an `SQL` literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL = ""

        /// Starts empty.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.text.reserveCapacity(literalCapacity + interpolationCount)
            sql.bindings.reserveCapacity(interpolationCount)
        }

        /// Appends text that stands in the source code.
        public mutating func appendLiteral(_ text: StaticString) {
            sql.text += text.description
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

        /// Binds values as `?, ?, ?`, for `IN (\(list: ids))`. The last one is repeated up to the next padded length, so
        /// that lists of any length make few different statements. Without values it is `NULL`, so that `x IN (NULL)`
        /// selects nothing, as it should; but `x NOT IN (NULL)` selects nothing either.
        public mutating func appendInterpolation(list values: [some SQLValue]) {
            guard let last = values.last else {
                sql.text += "NULL"
                return
            }
            for index in 0..<SQL.paddedLength(of: values.count) {
                if index > 0 { sql.text += ", " }
                sql.bind((index < values.count ? values[index] : last).sqlValue)
            }
        }
    }

    /// The lengths that lists are padded to. A page has 100 rows at most, a batch 1000.
    private static let paddedLengths = [1, 4, 16, 128, 1024, 16_384]

    /// How many values a list of this length is sent with; a longer one than any of these as it is.
    public static func paddedLength(of count: Int) -> Int {
        paddedLengths.first { $0 >= count } ?? count
    }

    /// Whether running it twice is the same as running it once, whatever else happens.
    var onlyReads: Bool {
        text.drop(while: \.isWhitespace).prefix(6).lowercased() == "select"
    }
}

extension SQL: CustomStringConvertible, CustomReflectable {
    /// The text without the values.
    public var description: String { text }

    /// The same for `dump` and debuggers.
    public var customMirror: Mirror { Mirror(self, children: ["text": text]) }
}
