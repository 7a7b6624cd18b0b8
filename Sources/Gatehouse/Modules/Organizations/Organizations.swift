import Database
import Web

/// Organizations, their members and their invitations.
struct Organizations: Module {
    static let tables = ["organizations", "organization_members", "invitations"]
    static let permissions: [PermissionDeclaration] = [
        .user(.organizationsRead, "Read the organizations that you belong to", organizations: true),
        .user(
            .organizationsWrite, "Create and change organizations, as far as your role in them allows",
            organizations: true),
    ]
    static let auditActions: [AuditAction] = [.invitationsRevoked]
    static let events: [any Event.Type] = [
        OrganizationCreated.self, OrganizationChanged.self, OrganizationDeleted.self, OrganizationErased.self,
        MemberJoined.self, MemberRoleChanged.self, MemberLeft.self, InvitationSent.self, InvitationAccepted.self,
        InvitationRevoked.self,
    ]
    static let hooks: [Hook] = [
        .afterCommit(InvitationSent.self) { SendInvitation(invitationID: $0.invitation, emailKey: $0.emailKey) },
        .afterCommit(OrganizationDeleted.self) { PurgeOrganization(organizationID: $0.organization.id) },
    ]
    static let jobs: [any Job.Type] = [SendInvitation.self, PurgeOrganization.self]
    static let exportSections = [
        ExportSection("organizations", "The organizations of the user, with the role in each.") { subject, last in
            try OrganizationRepository.exported(
                of: subject.user.id, after: last, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection(
            "invitationsReceived",
            "Invitations to the user's address, once it is verified; until they are accepted or purged."
        ) { (subject, last: ExportedInvitation?) in
            guard let emailKey = subject.verifiedEmailKey else { return [] }
            return try InvitationRepository.exported(
                to: emailKey, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection(
            "invitationsSent",
            "Invitations that the user sent, until they are accepted or purged."
        ) { subject, last in
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

    init(_ services: Services) throws {
        lists = services.lists
        limits = services.limits
        rule = try SignInRule(services.settings)
        hooks = services.hooks
        service = OrganizationService(lists: services.lists, hooks: hooks)
    }

    /// The account's organizations get a successor; the invitations that its user sent are revoked.
    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try InvitationRevocation.run(sentBy: user, by: .program, telling: hooks, in: db)
        try OrganizationErasure.run(user, telling: hooks, in: db)
    }
}

extension Permission {
    /// Read organizations that one belongs to.
    static let organizationsRead = Permission(rawValue: "organizations:read")
    /// Create and change organizations, as far as one's role in them allows.
    static let organizationsWrite = Permission(rawValue: "organizations:write")
}
