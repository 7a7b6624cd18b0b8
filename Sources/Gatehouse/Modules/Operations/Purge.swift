import Database
import Logging

/// Deletes what has been of no use for a while, a thousand rows at a time.
struct Purge: Job {
    static let kind = "operations.purge"

    /// Seconds from one run to the next.
    static let interval = 3600
    private static let batch = 1000

    func run(_ context: JobContext) throws {
        let tokens = try all(context) { try OneTimeTokenRepository.purge(limit: $0, in: context.db) }
        let sessions = try all(context) { try SessionRepository.purge(limit: $0, in: context.db) }
        let limits = try all(context) { try RateLimitRepository.purge(limit: $0, in: context.db) }
        let jobs = try all(context) { try JobQueue.purge(limit: $0, in: context.db) }
        let idempotencyKeys = try all(context) { try IdempotencyRepository.purge(limit: $0, in: context.db) }
        let apiKeys = try all(context) { try APIKeyRepository.purge(limit: $0, in: context.db) }
        let invitations = try all(context) { try InvitationRepository.purge(limit: $0, in: context.db) }
        context.log.info(
            "purged",
            metadata: [
                "oneTimeTokens": .stringConvertible(tokens), "sessions": .stringConvertible(sessions),
                "rateLimits": .stringConvertible(limits), "deadJobs": .stringConvertible(jobs),
                "idempotencyKeys": .stringConvertible(idempotencyKeys), "apiKeys": .stringConvertible(apiKeys),
                "invitations": .stringConvertible(invitations),
            ])
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
