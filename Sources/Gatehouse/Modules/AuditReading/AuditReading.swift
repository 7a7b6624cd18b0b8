import Database
import Web

/// The audit, for whoever may read it.
struct AuditReading: Module {
    static let permissions: [PermissionDeclaration] = [
        .role(.auditRead, "Read the audit", support: true)
    ]
    static let jobs: [any Job.Type] = [EraseAuditAddresses.self]
    static let exportSections = [
        ExportSection("auditEvents", "What the user did, and what was done to the account.") { subject, last in
            try Audit.events(
                concerning: subject.user.publicID, after: last, upTo: subject.lastEvent, limit: ExportSection.batch,
                in: subject.db)
        }
    ]

    let lists: Lists

    init(_ services: Services) {
        lists = services.lists
    }

    /// The IP addresses of the account leave the audit once the account is gone; the audit's trigger allows it then.
    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try JobQueue.enqueue(EraseAuditAddresses(userPublicID: user.publicID), in: db)
    }
}

extension Permission {
    /// Read the audit.
    static let auditRead = Permission(rawValue: "audit:read")
}
