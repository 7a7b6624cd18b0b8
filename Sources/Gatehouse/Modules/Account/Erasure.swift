import Database
import FoundationEssentials
import Logging

/// Erases accounts whose grace after deletion is over: the account, its sessions and tokens, jobs about it, and its IP addresses
/// in the audit. What stays are audit events with its opaque id.
struct EraseDeletedAccounts: Job {
    static let kind = "account.erase_deleted"

    /// Seconds from one run to the next.
    static let interval = 3600
    private static let batch = 100

    func run(_ context: JobContext) throws {
        while true {
            let due = try UserRepository.findErasable(
                graceDays: AccountDeletion.graceDays, limit: Self.batch, in: context.db)
            for id in due { try erase(id, context) }
            if due.count < Self.batch { return }
        }
    }

    private func erase(_ id: UInt64, _ context: JobContext) throws {
        try context.db.transaction { db in
            // It may have been brought back since it was found.
            guard let user = try UserRepository.lockErasable(id, graceDays: AccountDeletion.graceDays, in: db) else {
                return
            }
            try JobQueue.forget(userID: id, addresses: [user.email, user.emailKey], in: db)
            try OrganizationErasure.run(userID: id, in: db)
            try UserRepository.erase(id, in: db)
            try Words.removeAll(from: Tenant.user(id).wordScope, in: db)
            try JobQueue.enqueue(EraseAuditAddresses(userPublicID: user.publicID), in: db)
            try Audit.record(.userErased, target: user.publicID, from: nil, in: db)
        }
    }
}
