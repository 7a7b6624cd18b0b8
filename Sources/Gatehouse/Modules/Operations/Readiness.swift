import Database
import HTTPTypes
import Web

/// Whether the database holds what this version needs.
struct Readiness: Sendable {
    private let needed: [String]

    /// Reads which migrations there are.
    init(migrations directory: String) throws {
        needed = try Migrator.names(in: directory)
    }

    /// Needs nothing.
    init() {
        needed = []
    }

    /// - Throws: `DEPENDENCY_UNAVAILABLE` with what is missing, in `details`; a `DatabaseError` where nothing answers.
    func check(in db: Connection) throws {
        let applied = Set(try Migrator.applied(on: db))
        let missing = needed.filter { !applied.contains($0) }
        guard missing.isEmpty else {
            throw APIError(
                .dependencyUnavailable, "The database lacks migrations.",
                details: missing.map { Fault("migrations", "missing", $0) }, headers: [.retryAfter: "5"])
        }
    }
}
