import Database

/// Rows that are of no use once they are old, and how they are deleted.
struct ExpiredRows: Sendable {
    /// What the log calls them, in the plural.
    let name: String
    /// Deletes some of them, at most `limit`.
    /// - Returns: how many; fewer than `limit` when none are left.
    let delete: @Sendable (_ limit: Int, Connection) throws -> Int

    init(_ name: String, delete: @escaping @Sendable (_ limit: Int, Connection) throws -> Int) {
        self.name = name
        self.delete = delete
    }
}
