import Database
import Web

/// Whether the database accepts changes and has the migrations of this version. Anybody may ask without a limit, so
/// each process asks the database at most once a second, on one thread.
struct Readiness: Sendable {
    private let needed: [String]
    private let faults = SharedAnswer<[Fault]>()

    /// The time limit for the database: this may run on the only thread for probes.
    private static let patience = Duration.seconds(2)
    /// Seconds after which to ask again.
    private static let retryAfter = 2

    /// - Parameter needed: the names of the migrations that this version needs.
    init(needed: [String]) {
        self.needed = needed
    }

    /// - Throws: `DEPENDENCY_UNAVAILABLE`, with the fault in `details` for callers on this machine; for the caller
    ///   whose request asked the database, its `DatabaseError`, for the log.
    func check(for client: ClientAddress, in db: Connection) throws {
        var isAsking = false
        let faults: [Fault]
        do {
            faults = try self.faults.value {
                isAsking = true
                return try examine(db)
            }
        } catch  where !isAsking {
            throw APIError.retry(.dependencyUnavailable, after: Self.retryAfter)
        }
        guard !faults.isEmpty else { return }
        guard client.isLoopback else { throw APIError.retry(.dependencyUnavailable, after: Self.retryAfter) }
        throw APIError(
            .dependencyUnavailable,
            "The database does not have the structure that this version needs.", details: faults,
            headers: [.retryAfter: String(Self.retryAfter)])
    }

    private func examine(_ db: Connection) throws -> [Fault] {
        let limit = ContinuousClock.now + Self.patience
        db.deadline = min(db.deadline ?? limit, limit)
        let isWritable = try db.isWritable()
        let applied = Set(try Migrator.applied(on: db))
        let missing = needed.filter { !applied.contains($0) }.map { Fault("migrations", "missing", $0) }
        return (isWritable ? [] : [Fault("database", "read_only", "The server accepts no changes.")]) + missing
    }
}
