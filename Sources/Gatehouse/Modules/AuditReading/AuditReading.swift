import Database
import Web

/// Reading the audit.
struct AuditReading: Module {
    static let permissions: [PermissionDeclaration] = [
        .role(.auditRead, "Read the audit", support: true)
    ]
    static let jobs: [any Job.Type] = [EraseAuditAddresses.self]
    static let exportSections = [
        ExportSection("auditEvents", "The actions of the user, and those on the account.") { subject, last in
            try Audit.events(
                concerning: subject.user.publicID, after: last, upTo: subject.lastEvent, limit: ExportSection.batch,
                in: subject.db)
        }
    ]

    let lists: Lists

    init(_ services: Services) {
        lists = services.lists
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
