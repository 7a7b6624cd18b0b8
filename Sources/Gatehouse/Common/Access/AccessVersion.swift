import Database

/// A counter of the changes to data that processes cache: the permissions of roles, and the signing keys.
///
/// Triggers count each change within its transaction. A statement that authenticates reads the number together with its
/// rows, so a cache with that number is at least as new as these rows. The cache is filled by one statement that reads
/// the number and the rows, so both come from the same moment and the same server.
enum AccessVersion {
    /// Joins the row to a statement, as `v`. The version is NULL if the row is missing; then no cache is valid.
    static let join: SQL = "LEFT JOIN access_versions v ON v.id = 1"

    static func current(in db: Connection) throws(DatabaseError) -> UInt64? {
        try db.first("SELECT version FROM access_versions WHERE id = 1")
    }
}
