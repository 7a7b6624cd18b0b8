import Database
public import FoundationEssentials
public import Web

extension Administration {
    /// Jobs that are not done, the oldest first, without their payloads.
    /// - Parameters:
    ///   - deadOnly: whether to leave out those that are still tried.
    ///   - kind: only of this kind.
    public func listJobs(deadOnly: Bool, kind: String?, limit: Int) throws -> JSON {
        ["data": .array(try JobQueue.list(deadOnly: deadOnly, kind: kind, limit: limit, in: db).map(\.json))]
    }

    /// Makes dead jobs due at once, with all their attempts.
    /// - Parameter id: which one; `nil` for all.
    public func retryJobs(_ id: UUID?) throws -> JSON {
        try count(of: JobQueue.retryDead(id, in: db), naming: id)
    }

    /// Deletes dead jobs; what they should have done stays undone.
    /// - Parameter id: which one; `nil` for all.
    public func purgeJobs(_ id: UUID?) throws -> JSON {
        try count(of: JobQueue.purgeDead(id, in: db), naming: id)
    }

    private func count(of jobs: Int, naming id: UUID?) throws(AdministrationError) -> JSON {
        if let id, jobs == 0 { throw .noSuchDeadJob(id) }
        return ["data": ["jobs": .integer(jobs)]]
    }
}
