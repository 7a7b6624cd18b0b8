import Database
import Logging

/// Deletes obsolete rows, a thousand at a time.
struct Purge: Job {
    static let kind = "operations.purge"

    /// Seconds from one run to the next.
    static let interval = 3600
    private static let batch = 1000

    var subjects: [JobSubject] { [] }

    /// One failure does not stop the rest.
    func run(_ context: JobContext) throws {
        var deleted: Logger.Metadata = [:]
        var failure: (any Error)?
        for rows in context.erasure.expiredRows {
            do {
                let count = try all(context) { try rows.delete($0, context.db) }
                deleted[rows.name] = .stringConvertible(count)
            } catch  where !(error is JobBrokenOff) {
                context.log.error("rows cannot be purged", metadata: ["rows": "\(rows.name)", "reason": "\(error)"])
                failure = error
            }
        }
        context.log.info("purged", metadata: deleted)
        if let failure { throw failure }
    }

    private func all(_ context: JobContext, _ delete: (_ limit: Int) throws -> Int) throws -> Int {
        var total = 0
        while true {
            let deleted = try delete(Self.batch)
            total += deleted
            if deleted < Self.batch { return total }
            try context.checkStop()
        }
    }
}
