import Database
import FoundationEssentials
import Web

/// Everything that is held about a user (GDPR, articles 15 and 20). The rest of it is written part by part.
struct ExportedAccount: ResponseObject {
    let exportedAt: Date
    let user: User
    let hasPassword: Bool
    let registrationDevice: String?

    func write(to output: inout Output) {
        output.field("exportedAt", exportedAt, description: "When its making began.")
        output.field("user", user)
        output.field("hasPassword", hasPassword, description: "Of the password only a hash is held.")
        output.field(
            "registrationDevice", registrationDevice,
            description: "With which the account was registered; held until the address is verified.")
        for section in AccountExport.sections { section.describe(&output) }
    }

    static let example = ExportedAccount(
        exportedAt: .example, user: .example, hasPassword: true, registrationDevice: "Firefox on Linux")
}

/// A link that was mailed to a user.
struct MailLink: RowDecodable, ResponseObject {
    /// The internal id; it is never shown.
    let id: UInt64
    let purpose: OneTimeTokenRepository.Purpose
    let newEmail: String?
    let createdAt: Date
    let expiresAt: Date
    let usedAt: Date?

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
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
        id = 0
        purpose = .example
        newEmail = nil
        createdAt = .example
        expiresAt = .example.addingTimeInterval(86_400)
        usedAt = nil
    }
}

/// Hands a user everything that is held about them, however much that is: it is read in batches and sent as it is read.
struct AccountExport {
    /// What there is beyond the account itself, in this order.
    static let sections = [
        ExportSection("sessions", "Ended ones too, until they are purged.") { subject, last in
            try SessionRepository.exported(
                of: subject.caller, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection("mailLinks", "Of their tokens only hashes are held.") { subject, last in
            try OneTimeTokenRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db) as [MailLink]
        },
        ExportSection("apiKeys", "Of their secrets only hashes are held.") { subject, last in
            try APIKeyRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection("organizations", "To which the user belongs, with the role there.") { subject, last in
            try OrganizationRepository.exported(
                of: subject.user.id, after: last, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection(
            "invitationsReceived", "To the user's address, once it is verified; until they are accepted, or purged."
        ) { (subject, last: ExportedInvitation?) in
            guard subject.user.emailVerifiedAt != nil else { return [] }
            return try InvitationRepository.exported(
                to: subject.user.emailKey, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection("invitationsSent", "Until they are accepted, or purged.") { subject, last in
            try InvitationRepository.exported(
                sentBy: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection("projects", "The user's own; deleted ones too, until they are purged.") { subject, last in
            try ProjectRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        },
        ExportSection("auditEvents", "What the user did, and what was done to the account.") { subject, last in
            try Audit.events(
                concerning: subject.user.publicID, after: last, upTo: subject.lastEvent, limit: ExportSection.batch,
                in: subject.db)
        },
    ]

    func export(_ call: Call) throws -> Response {
        let (caller, principal) = (try call.signedIn, try call.principal)
        // What is exported includes that it was. That stands in the audit even where the export is then broken off.
        let (subject, hasPassword, device) = try call.db.transaction { db in
            try Audit.record(.userExported, by: principal, target: caller.publicID, from: call.origin, in: db)
            guard let found = try UserRepository.findCredentials(caller.id, in: db),
                let event = try Audit.lastEvent(by: caller.publicID, in: db)
            else { throw APIError(.tokenRevoked) }
            let subject = ExportSubject(caller: caller, user: found.user, lastEvent: event, db: db)
            let device = try UserRepository.registrationDevice(of: caller.id, in: db)
            return (subject, found.passwordHash != nil, device)
        }
        let headers: HTTPFields = [.contentDisposition: "attachment; filename=\"gatehouse-export.json\""]
        return try call.stream.answer(headers: headers) { object in
            try object.field("exportedAt", Date())
            try object.field("user", subject.user)
            try object.field("hasPassword", hasPassword)
            try object.field("registrationDevice", device)
            for section in Self.sections { try section.write(subject, &object) }
        }
    }
}
