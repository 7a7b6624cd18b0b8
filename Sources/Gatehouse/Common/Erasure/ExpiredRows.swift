public import Database

/// Rows that are deleted once they are old.
public struct ExpiredRows: Sendable {
    /// Their name in the log, in the plural.
    let name: String
    /// Deletes some of them, at most `limit`.
    /// - Returns: the number; fewer than `limit` when none are left.
    let delete: @Sendable (_ limit: Int, Connection) throws -> Int

    /// Describes such rows.
    /// - Parameters:
    ///   - name: their name in the log, in the plural.
    ///   - delete: deletes at most `limit` of them and returns the number; fewer when none are left.
    public init(_ name: String, delete: @escaping @Sendable (_ limit: Int, Connection) throws -> Int) {
        self.name = name
        self.delete = delete
    }
}
