import Database
import FoundationEssentials
import Logging
import Web

/// Erases accounts whose grace after deletion is over, with pending mails to their addresses.
struct EraseDeletedAccounts: Job {
    static let kind = "account.erase_deleted"

    /// Seconds from one run to the next.
    static let interval = 3600
    private static let batch = 100

    var subjects: [JobSubject] { [] }

    /// One failure does not stop the rest.
    func run(_ context: JobContext) throws {
        var failed: [UInt64] = []
        var failure: (any Error)?
        while true {
            let due = try UserRepository.findErasable(
                graceDays: AccountDeletion.graceDays, except: failed, limit: Self.batch, in: context.db)
            if due.isEmpty { break }
            for user in due {
                try context.checkStop()
                do {
                    try erase(user, context)
                } catch  where !(error is JobBrokenOff) {
                    context.log.error(
                        "an account cannot be erased",
                        metadata: ["userId": "\(user.publicID.text)", "reason": "\(error)"])
                    failed.append(user.id)
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }

    /// Numerous rows are deleted before the account, which can no longer be restored.
    private func erase(_ user: User, _ context: JobContext) throws {
        while try context.db.transaction({ db in
            try isDue(user, in: db) && context.erasure.eraseSome(of: .user(user.id), in: db)
        }) { try context.checkStop() }
        try context.db.transaction { db in
            guard try isDue(user, in: db) else { return }
            try InvitationRevocation.run(of: user, by: .program, telling: context.hooks, in: db)
            // An earlier version left jobs that name the address as it was entered.
            try JobQueue.forget(
                .address(user.email), .address(entered: user.email), .address(user.emailKey), in: db)
            try AccountErasure.run(
                user.reference, because: .deletion, by: .program, erasure: context.erasure, telling: context.hooks,
                in: db)
        }
    }

    /// Whether an account is still there and due; if so, it is locked.
    private func isDue(_ user: User, in db: Connection) throws(DatabaseError) -> Bool {
        try UserRepository.lockErasable(user.id, graceDays: AccountDeletion.graceDays, in: db) != nil
    }
}
