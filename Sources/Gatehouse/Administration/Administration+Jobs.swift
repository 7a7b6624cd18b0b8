import Database
package import FoundationEssentials
package import Web

extension Administration {
    /// Unfinished jobs, the oldest first, without their payloads; `meta.more` tells whether there are more.
    /// - Parameters:
    ///   - deadOnly: whether to list only dead jobs.
    ///   - kind: only of this kind.
    package func listJobs(deadOnly: Bool, kind: String?, limit: Int) throws -> JSON {
        let found = try JobQueue.list(deadOnly: deadOnly, kind: kind, limit: limit + 1, in: db)
        // Another version of the program may have left jobs of an unknown kind.
        if let kind, found.isEmpty {
            let kinds = modules.jobs.map { $0.kind }
            guard kinds.contains(where: { $0.hasSameBytes(as: kind) }) else {
                throw AdministrationError.noSuchJobKind(kind, kinds.sorted())
            }
        }
        return [
            "data": .array(found.prefix(limit).map(\.json)), "meta": ["more": .bool(found.count > limit)],
        ]
    }

    /// Makes dead jobs due at once, with all their attempts.
    /// - Parameter id: which one; `nil` for all.
    package func retryJobs(_ id: UUID?) throws -> JSON {
        ["data": ["retried": .integer(try some(JobQueue.retryDead(id, in: db), naming: id))]]
    }

    /// Deletes dead jobs; their work stays undone.
    /// - Parameter id: which one; `nil` for all.
    package func purgeJobs(_ id: UUID?) throws -> JSON {
        ["data": ["purged": .integer(try some(JobQueue.purgeDead(id, in: db), naming: id))]]
    }

    /// Refuses an id that does not belong to a dead job.
    private func some(_ jobs: Int, naming id: UUID?) throws(AdministrationError) -> Int {
        if let id, jobs == 0 { throw .noSuchDeadJob(id) }
        return jobs
    }
}
