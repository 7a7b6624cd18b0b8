import Database
import HTTPTypes
import Web

/// Whether the database holds what this version needs. Anybody may ask, without a limit; so the database is asked once a second
/// at most, by one thread.
struct Readiness: Sendable {
    private let needed: [String]
    /// The migrations that are missing.
    private let missing = SharedAnswer<[String]>()

    /// Seconds after which to ask again.
    private static let retryAfter = 2

    /// Reads which migrations there are.
    init(migrations directory: String) throws {
        needed = try Migrator.names(in: directory)
    }

    /// Needs nothing.
    init() {
        needed = []
    }

    /// - Throws: `DEPENDENCY_UNAVAILABLE`, to this machine with the migrations that are missing, in `details`; to the caller that
    ///   has asked the database, its `DatabaseError`, for the log.
    func check(for client: ClientAddress, in db: Connection) throws {
        var isAsking = false
        let missing: [String]
        do {
            missing = try self.missing.value {
                isAsking = true
                let applied = Set(try Migrator.applied(on: db))
                return needed.filter { !applied.contains($0) }
            }
        } catch  where !isAsking {
            throw APIError.retry(.dependencyUnavailable, after: Self.retryAfter)
        }
        guard !missing.isEmpty else { return }
        guard client.isLoopback else { throw APIError.retry(.dependencyUnavailable, after: Self.retryAfter) }
        throw APIError(
            .dependencyUnavailable, "The database lacks migrations.",
            details: missing.map { Fault("migrations", "missing", $0) },
            headers: [.retryAfter: String(Self.retryAfter)])
    }
}
