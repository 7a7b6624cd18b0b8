import Database
import Web

/// Whether the database takes changes and holds what this version needs. Anybody may ask, without a limit; so each
/// process asks the database once a second at most, by one thread.
struct Readiness: Sendable {
    private let needed: [String]
    private let faults = SharedAnswer<[Fault]>()

    /// How long the database may take: this may run on the one thread that is kept for probes.
    private static let patience = Duration.seconds(2)
    /// Seconds after which to ask again.
    private static let retryAfter = 2

    /// - Parameter needed: the names of the migrations that this version needs.
    init(needed: [String]) {
        self.needed = needed
    }

    /// - Throws: `DEPENDENCY_UNAVAILABLE`, to this machine with what is wrong, in `details`; to the caller that
    ///   has asked the database, its `DatabaseError`, for the log.
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
            .dependencyUnavailable, "The database is not as this version needs it.", details: faults,
            headers: [.retryAfter: String(Self.retryAfter)])
    }

    private func examine(_ db: Connection) throws -> [Fault] {
        let limit = ContinuousClock.now + Self.patience
        db.deadline = min(db.deadline ?? limit, limit)
        let isWritable = try db.isWritable()
        let applied = Set(try Migrator.applied(on: db))
        let missing = needed.filter { !applied.contains($0) }.map { Fault("migrations", "missing", $0) }
        return (isWritable ? [] : [Fault("database", "read_only", "The server takes no changes.")]) + missing
    }
}
