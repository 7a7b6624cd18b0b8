import Database
import Web

/// Organizations, their members and their invitations.
struct Organizations: Module {
    static let permissions: [PermissionDeclaration] = [
        .user(.organizationsRead, "Read the organizations that you belong to", organizations: true),
        .user(
            .organizationsWrite, "Make and change organizations, as far as your role in them goes",
            organizations: true),
    ]
    static let jobs: [any Job.Type] = [SendInvitation.self, PurgeOrganization.self]
    static let exportSections = [
        ExportSection("organizations", "To which the user belongs, with the role there.") { subject, last in
            try OrganizationRepository.exported(
                of: subject.user.id, after: last, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection(
            "invitationsReceived", "To the user's address, once it is verified; until they are accepted, or purged."
        ) { (subject, last: ExportedInvitation?) in
            guard let emailKey = subject.verifiedEmailKey else { return [] }
            return try InvitationRepository.exported(
                to: emailKey, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection("invitationsSent", "Until they are accepted, or purged.") { subject, last in
            try InvitationRepository.exported(
                sentBy: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
    ]
    static let expiredRows = [
        ExpiredRows("invitations") { limit, db in try InvitationRepository.purge(limit: limit, in: db) }
    ]

    let lists: Lists
    let limits: Limits
    let rule: SignInRule
    let hooks: Hooks
    let service: OrganizationService

    init(_ services: Services) {
        lists = services.lists
        limits = services.limits
        rule = services.rule
        hooks = services.hooks
        service = OrganizationService(lists: services.lists, hooks: hooks)
    }

    /// The organizations of an account pass on; the invitations that its user sent do not.
    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try InvitationRevocation.run(sentBy: user, by: .program, in: db)
        try OrganizationErasure.run(user, telling: hooks, in: db)
    }
}

extension Permission {
    /// Read organizations that one belongs to.
    static let organizationsRead = Permission(rawValue: "organizations:read")
    /// Make and change organizations, as far as one's role in them goes.
    static let organizationsWrite = Permission(rawValue: "organizations:write")
}
