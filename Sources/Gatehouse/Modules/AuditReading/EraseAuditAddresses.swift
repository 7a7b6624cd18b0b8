import Database
import FoundationEssentials

/// Removes the IP addresses of an erased account from the audit; events keep its opaque id. The audit's trigger allows
/// only this change, and only once the account is gone.
struct EraseAuditAddresses: Job {
    static let kind = "audit.erase_addresses"

    let userPublicID: UUID

    private static let batch = 1000

    var subjects: [JobSubject] { [] }

    func run(_ context: JobContext) throws {
        for events in Self.ranges(of: userPublicID) { try erase(events, context) }
    }

    /// The events with addresses of the user: an address belongs to the actor, or, if nobody was signed in, to the
    /// target.
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

    /// Works in batches in the order of the index, so no row is read twice.
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
