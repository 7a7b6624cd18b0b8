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
        try inBatches {
            try context.db.execute(
                """
                UPDATE audit_events SET ip_address = NULL
                WHERE actor_id = \(userPublicID) AND ip_address IS NOT NULL LIMIT \(Self.batch)
                """)
        }
        try inBatches {
            try context.db.execute(
                """
                UPDATE audit_events SET ip_address = NULL
                WHERE target_id = \(userPublicID) AND actor_id IS NULL AND ip_address IS NOT NULL LIMIT \(Self.batch)
                """)
        }
    }

    private func inBatches(_ update: () throws -> Outcome) throws {
        while try update().affectedRows == Self.batch {}
    }
}
