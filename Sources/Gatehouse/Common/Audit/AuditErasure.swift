import Database
import FoundationEssentials

/// Takes the IP addresses of an erased account out of the audit; events keep its opaque id. The audit's trigger allows
/// that once the account is gone, and nothing else.
struct EraseAuditAddresses: Job {
    static let kind = "audit.erase_addresses"

    let userPublicID: UUID

    private static let batch = 1000

    var subjects: [JobSubject] { [] }

    func run(_ context: JobContext) throws {
        for events in Self.ranges(of: userPublicID) { try erase(events, context) }
    }

    /// Whose addresses are the user's: an address belongs to who acted; where nobody was signed in, to whom the event
    /// concerns.
    static func ranges(of user: UUID) -> [ListRange] {
        [
            ListRange(
                table: "audit_events", index: "idx_audit_events_actor_time", id: "id", column: "created_at",
                condition: "actor_id = \(user)"),
            ListRange(
                table: "audit_events", index: "idx_audit_events_target_time", id: "id", column: "created_at",
                condition: "target_id = \(user) AND actor_id IS NULL"),
        ]
    }

    /// Batch after batch in the order of the index, so that no row is looked at twice.
    private func erase(_ events: ListRange, _ context: JobContext) throws {
        var last: Keyset?
        while true {
            let entries = try ListRepository.entries(
                of: events, isDescending: false, after: last, limit: Self.batch, offset: 0, in: context.db)
            guard let newest = entries.last else { return }
            try context.checkStop()
            try context.db.execute(
                """
                UPDATE audit_events SET ip_address = NULL
                WHERE id IN (\(list: entries.map(\.id))) AND ip_address IS NOT NULL
                """)
            last = newest
        }
    }
}
