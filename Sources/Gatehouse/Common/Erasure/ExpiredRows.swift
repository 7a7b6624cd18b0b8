public import Database

/// Rows that are of no use once they are old, and how they are deleted.
public struct ExpiredRows: Sendable {
    /// What the log calls them, in the plural.
    let name: String
    /// Deletes some of them, at most `limit`.
    /// - Returns: how many; fewer than `limit` when none are left.
    let delete: @Sendable (_ limit: Int, Connection) throws -> Int

    /// Describes rows of which many can be old.
    /// - Parameters:
    ///   - name: what the log calls them, in the plural.
    ///   - delete: deletes some of them, at most `limit`, and answers how many; fewer when none are left.
    public init(_ name: String, delete: @escaping @Sendable (_ limit: Int, Connection) throws -> Int) {
        self.name = name
        self.delete = delete
    }
}
