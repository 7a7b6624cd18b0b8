import Database

/// The number of changes of what processes keep in memory of every request: the permissions of roles, and the signing
/// keys.
///
/// Triggers count each change within its transaction. A statement that authenticates reads the number along with what
/// it is about, so memory of that number is at least as new as the rest of what the statement has read. Whoever fills
/// the memory reads the number and the rows by one statement, so that both are of one moment and of one server.
enum AccessVersion {
    /// Joins the row to a statement, as `v`. The version is NULL if the row is missing; then nothing in memory counts.
    static let join: SQL = "LEFT JOIN access_versions v ON v.id = 1"

    static func current(in db: Connection) throws(DatabaseError) -> UInt64? {
        try db.first("SELECT version FROM access_versions WHERE id = 1")
    }
}
