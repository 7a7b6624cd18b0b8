import Database
import Web

/// Reading the audit.
struct AuditReading: Module {
    static let permissions: [PermissionDeclaration] = [
        .role(.auditRead, "Read the audit", support: true)
    ]
    static let jobs: [any Job.Type] = [EraseAuditAddresses.self]
    static let exportSections = [
        ExportSection("auditEvents", "The actions of the user, and those on the account.") {
            subject, last -> [AuditEvent] in
            // The export's own event is the last one.
            guard let own = try AuditEvent.find(publicID: subject.auditEvent, in: subject.db) else { return [] }
            return try AuditEvent.concerning(
                subject.user.publicID, after: last, upTo: own, limit: ExportSection.batch, in: subject.db)
        }
    ]

    let service: AuditEventService

    init(_ services: Services) {
        service = AuditEventService(lists: services.lists)
    }

    /// A job removes the account's IP addresses from the audit once the account is gone; the audit's trigger allows it
    /// then.
    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try JobQueue.enqueue(EraseAuditAddresses(userPublicID: user.publicID), in: db)
    }
}

extension Permission {
    /// Read the audit.
    static let auditRead = Permission(rawValue: "audit:read")
}
