/// An error between the program and its database.
///
/// It never contains a bound value, nor a message of the server that could quote one ("Duplicate entry
/// 'ada@example.com' for key …"), so it can be logged and dumped as it is.
public struct DatabaseError: Error, Sendable {
    /// The kinds of failure that callers tell apart.
    public enum Kind: Sendable, Equatable {
        /// No server could be reached, the connection was lost, or the server accepts no changes now. The statement or
        /// transaction had no effect.
        case unavailable
        /// The connection was lost after a change or a COMMIT was sent: it may have taken effect.
        case unknownOutcome
        /// The server refused the statement; see the manual's "MariaDB Error Code Reference".
        case server(number: UInt32, sqlState: String)
        /// A column has another type than the program expects; both are given as types, never as values.
        case decoding(column: String, found: String, expected: String)
        /// A fault of the calling code.
        case usage(String)
    }

    /// The kind of failure.
    public let kind: Kind
    /// The error number of the server or, from 2000 to 2999 and from 5000, of the client library.
    public let number: UInt32?
    /// The statement's text, in which `?` stands for every bound value.
    public let sql: String?
    /// The unique key that refused a duplicate, if the server named it.
    public let duplicateKey: String?
    /// A detail that never quotes a bound value.
    public let detail: String?
    /// Whether the time of the statement or the connection's deadline ran out. Such a statement is not repeated.
    public let isTimeout: Bool

    init(
        _ kind: Kind, number: UInt32? = nil, sql: String? = nil, duplicateKey: String? = nil,
        detail: String? = nil, isTimeout: Bool = false
    ) {
        self.kind = kind
        self.number = number
        self.sql = sql
        self.duplicateKey = duplicateKey
        self.detail = detail
        self.isTimeout = isTimeout || number == ServerError.statementTimeout
    }

    /// A fault of the calling code.
    package static func usage(_ detail: String) -> DatabaseError { DatabaseError(.usage(detail)) }

    /// Whether the database could not be reached, was lost or is read-only, which the API answers with 503. Only
    /// `Kind.unavailable` promises that nothing took effect.
    public var isUnavailable: Bool { kind == .unavailable || kind == .unknownOutcome }

    /// Whether the server accepts no changes now. `isUnavailable` is then true as well.
    package var isReadOnly: Bool { number.map(ServerError.readOnly.contains) == true }

    /// Whether a unique key refused the row: the named one, or any of them.
    public func isDuplicateKey(_ constraint: StaticString? = nil) -> Bool {
        guard number == ServerError.duplicateEntry else { return false }
        guard let constraint else { return true }
        return duplicateKey == constraint.description
    }

    /// Whether a foreign key refused the row because the referenced row does not exist.
    public var isMissingReference: Bool { number == ServerError.noReferencedRow }

    /// Whether a lock was not granted within `innodb_lock_wait_timeout`. Only the statement was rolled back.
    public var isLockWaitTimeout: Bool { number == ServerError.lockWaitTimeout }

    /// Whether other sessions were in the way, for example by a lock, so the same statement is worth another attempt.
    var isHeldUp: Bool {
        isLockWaitTimeout || number == ServerError.statementTimeout
            || number.map(ServerError.rolledBack.contains) == true
    }

    /// Whether another attempt later is worthwhile: other sessions were in the way so often that a transaction gave up,
    /// the server has its maximum number of prepared statements, or it had no time or room for the statement.
    public var isContention: Bool {
        isHeldUp || number == ServerError.tooManyStatements || number.map(ServerError.exhausted.contains) == true
    }

    /// Whether a table or a column is missing: the schema is not that of this program, as before or during a migration.
    package var isOfAnotherSchema: Bool { number.map(ServerError.schemaDiffers.contains) == true }

    /// Whether a trigger refused the change, by SIGNAL.
    public var isRefusedByTrigger: Bool { number == ServerError.signalled }

    /// Whether the account that created a trigger, and as which the trigger runs, is missing.
    package var isDefinerMissing: Bool { number == ServerError.noSuchAccount }

    /// The same, known to have happened because time ran out.
    var asTimeout: DatabaseError {
        DatabaseError(
            kind, number: number, sql: sql, duplicateKey: duplicateKey, detail: detail, isTimeout: true)
    }
}

extension DatabaseError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind, the numbers and the statement's text, without any value.
    public var description: String {
        var text =
            switch kind {
            case .unavailable: "the database is unavailable"
            case .unknownOutcome: "the connection was lost and the outcome is unknown"
            case .server(_, let sqlState): "the database refused a statement, SQLSTATE \(sqlState)"
            case .decoding(let column, let found, let expected):
                "column \(column) contains \(found) instead of \(expected)"
            case .usage(let fault): fault
            }
        if let number { text += ", error \(number)" }
        if let duplicateKey { text += ", key \(duplicateKey)" }
        if let detail { text += ": \(detail)" }
        if let sql { text += " [\(sql)]" }
        return text
    }

    /// The same as `description`.
    public var debugDescription: String { description }
}
