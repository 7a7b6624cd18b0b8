import Database
import Threads
import Web

/// The permissions of roles, cached until they change.
final class RolePermissions: Sendable {
    private struct Snapshot {
        let version: UInt64?
        let byRole: [String: Set<Permission>]
        let readAt: ContinuousClock.Instant
    }

    /// The maximum age of the cache, whatever the version: a restored database may count from an earlier number.
    private static let freshness = Duration.seconds(60)

    private let current = Lock<Snapshot?>(nil)
    private let catalogue: PermissionCatalogue

    init(_ catalogue: PermissionCatalogue) {
        self.catalogue = catalogue
    }

    /// The permissions of a role; `nil` if there is no such role.
    /// - Parameter version: the number that was read from `access_versions` along with the role.
    func permissions(
        of role: String, at version: UInt64?, in db: Connection
    ) throws(DatabaseError) -> Set<Permission>? {
        try snapshot(at: version, in: db).byRole[role]
    }

    private func snapshot(at version: UInt64?, in db: Connection) throws(DatabaseError) -> Snapshot {
        if let snapshot = current.withLock({ $0 }), let version, snapshot.version == version,
            ContinuousClock.now - snapshot.readAt < Self.freshness
        {
            return snapshot
        }
        let rows: [Stored] = try db.all(
            "SELECT r.name, r.permissions, v.version FROM roles r \(AccessVersion.join)")
        let byRole = Dictionary(
            rows.map { ($0.name, catalogue.permissions(ofRole: $0.name, stored: $0.permissions)) },
            uniquingKeysWith: { first, _ in first })
        let snapshot = Snapshot(version: rows.first?.version, byRole: byRole, readAt: .now)
        current.withLock { $0 = snapshot }
        return snapshot
    }

    private struct Stored: RowDecodable {
        let name: String
        let permissions: Set<Permission>
        let version: UInt64?

        init(row: Row) throws(DatabaseError) {
            name = try row.decode("name")
            permissions = try row.decode("permissions")
            version = try row.decode("version")
        }
    }
}
