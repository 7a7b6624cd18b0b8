package import FoundationEssentials

/// A migration and its state.
package struct MigrationStatus: Sendable, Equatable {
    /// The state of a migration.
    package enum State: Sendable, Equatable {
        /// Applied, with an unchanged file.
        case applied(at: Date)
        /// On disk and not applied yet.
        case pending
        /// Started and never finished, up or down.
        case halfRun(since: Date)
        /// Applied, but its file differs from what was applied.
        case changed
        /// Applied, but without a file.
        case missing
        /// Not applied, but older than one that is.
        case outOfOrder(newestApplied: String)
    }

    /// The name of the files without extensions; for other packages than Gatehouse, with the namespace and a slash
    /// before it.
    package let name: String
    /// Its state.
    package let state: State
}

/// A step of a migrator.
package enum MigrationEvent: Sendable, Equatable {
    /// A file is about to run.
    case started(String, MigrationDirection)
    /// A statement of the file waits for a lock; it is tried again after a pause.
    case waiting(String, MigrationDirection, for: [LockHolder])
    /// A file has run, and that is recorded.
    case finished(String, MigrationDirection)
}

/// A row of `schema_migrations`.
struct MigrationRecord: RowDecodable {
    /// The order in which they were applied.
    let id: UInt64
    let name: String
    let checksum: String
    let startedAt: Date
    let finishedAt: Date?

    var namespace: String { MigrationFolder.namespace(of: name) }

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        name = try row.decode("name")
        checksum = try row.decode("checksum")
        startedAt = try row.decode("started_at")
        finishedAt = try row.decode("finished_at")
    }
}
