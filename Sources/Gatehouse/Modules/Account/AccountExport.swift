import Database
import FoundationEssentials
import Web

/// Everything that is held about a user (GDPR, articles 15 and 20).
struct ExportedAccount: ResponseObject {
    let exportedAt: Date
    let user: User
    let hasPassword: Bool
    let sessions: [Session]
    let mailLinks: [MailLink]
    let apiKeys: [APIKey]
    let organizations: [ExportedOrganization]
    let invitationsReceived: [ExportedInvitation]
    let invitationsSent: [ExportedInvitation]
    let projects: [Project]
    let auditEvents: [AuditEvent]

    func write(to output: inout Output) {
        output.field("exportedAt", exportedAt)
        output.field("user", user)
        output.field("hasPassword", hasPassword, description: "Of the password only a hash is held.")
        output.field("sessions", sessions, description: "Ended ones too, until they are purged.")
        output.field("mailLinks", mailLinks, description: "Of their tokens only hashes are held.")
        output.field("apiKeys", apiKeys, description: "Of their secrets only hashes are held.")
        output.field("organizations", organizations, description: "To which the user belongs, with the role there.")
        output.field(
            "invitationsReceived", invitationsReceived,
            description: "To the user's address, once it is verified; until they are accepted, or purged.")
        output.field("invitationsSent", invitationsSent, description: "Until they are accepted, or purged.")
        output.field("projects", projects, description: "The user's own; deleted ones too, until they are purged.")
        output.field("auditEvents", auditEvents, description: "What the user did, and what was done to the account.")
    }

    static let example = ExportedAccount(
        exportedAt: .example, user: .example, hasPassword: true, sessions: [.example], mailLinks: [.example],
        apiKeys: [.example], organizations: [.example], invitationsReceived: [.example], invitationsSent: [.example],
        projects: [.example], auditEvents: [.example])
}

/// A link that was mailed to a user.
struct MailLink: RowDecodable, ResponseObject {
    let purpose: OneTimeTokenRepository.Purpose
    let newEmail: String?
    let createdAt: Date
    let expiresAt: Date
    let usedAt: Date?

    init(row: Row) throws(DatabaseError) {
        purpose = try row.decode("purpose")
        newEmail = try row.decode("new_email")
        createdAt = try row.decode("created_at")
        expiresAt = try row.decode("expires_at")
        usedAt = try row.decode("consumed_at")
    }

    func write(to output: inout Output) {
        output.field("purpose", purpose)
        output.field("newEmail", newEmail, format: "idn-email")
        output.field("createdAt", createdAt)
        output.field("expiresAt", expiresAt)
        output.field("usedAt", usedAt)
    }

    static let example = MailLink()

    private init() {
        purpose = .example
        newEmail = nil
        createdAt = .example
        expiresAt = .example.addingTimeInterval(86_400)
        usedAt = nil
    }
}

/// Hands a user everything that is held about them.
struct AccountExport {
    func export(_ call: Call) throws -> Answer<ExportedAccount> {
        let (user, principal) = (try call.user, try call.principal)
        // What is exported includes that it was.
        let account = try call.db.transaction { db in
            try Audit.record(.userExported, by: principal, target: user.publicID, from: call.origin, in: db)
            guard let found = try UserRepository.findCredentials(user.id, in: db) else {
                throw APIError(.tokenRevoked)
            }
            var sessions = try SessionRepository.all(of: user.id, in: db)
            for index in sessions.indices {
                sessions[index].isCurrent = sessions[index].publicID == principal.session
            }
            return ExportedAccount(
                exportedAt: Date(), user: found.user, hasPassword: found.passwordHash != nil, sessions: sessions,
                mailLinks: try OneTimeTokenRepository.all(of: user.id, in: db),
                apiKeys: try APIKeyRepository.all(of: user.id, in: db),
                organizations: try OrganizationRepository.exported(of: user.id, in: db),
                invitationsReceived: try found.user.emailVerifiedAt == nil
                    ? [] : InvitationRepository.exported(to: found.user.emailKey, in: db),
                invitationsSent: try InvitationRepository.exported(sentBy: user.id, in: db),
                projects: try ProjectRepository.all(of: user.id, in: db),
                auditEvents: try Audit.events(concerning: user.publicID, in: db))
        }
        return Answer(
            account, headers: [.contentDisposition: "attachment; filename=\"gatehouse-export.json\""])
    }
}
