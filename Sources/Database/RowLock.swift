/// Which changes of others wait until the transaction that reads rows ends.
public enum RowLock: Sendable {
    /// None.
    case none
    /// All, while others can read the rows under the same lock.
    case shared
    /// All, and every other lock: the rows are about to change.
    case exclusive
}

extension SQL.StringInterpolation {
    /// Inserts the end of a `SELECT` that locks what it reads so.
    public mutating func appendInterpolation(_ lock: RowLock) {
        switch lock {
        case .none: appendLiteral("")
        case .shared: appendLiteral("LOCK IN SHARE MODE")
        case .exclusive: appendLiteral("FOR UPDATE")
        }
    }
}
