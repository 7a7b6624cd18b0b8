import Database
import FoundationEssentials

/// Takes the IP addresses of an erased account out of the audit; events keep its opaque id. The audit's trigger allows that
/// once the account is gone, and nothing else.
struct EraseAuditAddresses: Job {
    static let kind = "audit.erase_addresses"

    let userPublicID: UUID

    private static let batch = 1000

    func run(_ context: JobContext) throws {
        // An address belongs to who acted; where nobody was signed in, to whom the event concerns.
        try erase("actor_id = \(userPublicID)", in: context.db)
        try erase("target_id = \(userPublicID) AND actor_id IS NULL", in: context.db)
    }

    /// Batch after batch in the order of the index, so that no row is looked at twice.
    private func erase(_ events: SQL, in db: Connection) throws(DatabaseError) {
        let range = ListRange(table: "audit_events", id: "id", column: "created_at", condition: events)
        var last: Keyset?
        while true {
            let entries = try ListRepository.entries(
                of: [range], isDescending: false, after: last, limit: Self.batch, offset: 0, in: db)
            guard let newest = entries.last else { return }
            try db.execute(
                """
                UPDATE audit_events SET ip_address = NULL
                WHERE id IN (\(list: entries.map(\.keyset.id))) AND ip_address IS NOT NULL
                """)
            last = newest.keyset
        }
    }
}
