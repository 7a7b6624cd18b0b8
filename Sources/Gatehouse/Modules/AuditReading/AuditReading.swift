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
}

extension Permission {
    /// Read the audit.
    static let auditRead = Permission(rawValue: "audit:read")
}
