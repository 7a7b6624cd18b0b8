/// Probes, public documents, and the purge of old rows.
struct Operations: Module {
    static let auditActions: [AuditAction] = [.accessDenied, .keyRotated]
    static let jobs: [any Job.Type] = [Purge.self]
    static let recurringJobs = [PeriodicJob(Purge(), every: Purge.interval)]
    static let expiredRows = [
        ExpiredRows("rateLimits") { limit, db in try RateLimitRepository.purge(limit: limit, in: db) },
        ExpiredRows("deadJobs") { limit, db in try JobQueue.purge(limit: limit, in: db) },
        ExpiredRows("idempotencyKeys") { limit, db in try IdempotencyRepository.purge(limit: limit, in: db) },
    ]

    let keys: KeyRing
    let readiness: Readiness

    init(_ services: Services) {
        keys = services.keys
        readiness = Readiness(needed: services.migrations)
    }
}

extension AuditAction {
    /// A route or a rule behind it refused the caller.
    static let accessDenied = AuditAction(rawValue: "access.denied")
    /// An operator made the next signing key.
    static let keyRotated = AuditAction(rawValue: "key.rotated")
}
