import Database
import FoundationEssentials
import Web

/// All data about a user (GDPR, articles 15 and 20). The sections are written one by one.
struct ExportedAccount: ResponseObject {
    let exportedAt: Date
    let user: User
    let hasPassword: Bool
    let registrationDevice: String?
    let sections: [ExportSection]

    func write(to output: inout Output) {
        output.field("exportedAt", exportedAt, description: "The time at which the export began.")
        output.field("user", user)
        output.field("hasPassword", hasPassword, description: "Whether there is a password; only its hash is stored.")
        output.field(
            "registrationDevice", registrationDevice,
            description: "The device that registered the account; stored until the address is verified.")
        for section in sections { section.describe(&output) }
    }

    /// The names of the members that are not sections.
    static let ownMembers: Set = ["exportedAt", "user", "hasPassword", "registrationDevice"]

    static let example = ExportedAccount(exampleWith: [])
}

extension ExportedAccount {
    /// An example with these sections.
    init(exampleWith sections: [ExportSection]) {
        self.init(
            exportedAt: .example, user: .example, hasPassword: true, registrationDevice: "Firefox on Linux",
            sections: sections)
    }
}

extension AuditAction {
    static let userExported = AuditAction(rawValue: "user.exported")
}

/// Exports all data about a user, whatever its size: it is read in batches and sent as it is read.
struct AccountExport {
    /// The sections besides the account itself, in this order.
    let sections: [ExportSection]

    func export(_ call: Call) throws -> Response {
        let caller = try call.signedIn
        try RecentProof.require(of: caller, in: call.db)
        // The export includes its own audit event, which remains even if the export is broken off.
        let (subject, user, hasPassword, device) = try call.db.transaction { db in
            let event = try call.audit(.userExported, caller.user.publicID, in: db)
            guard let found = try UserRepository.findCredentials(caller.user.id, in: db) else {
                throw APIError(.tokenRevoked)
            }
            let subject = ExportSubject(
                caller: caller, verifiedEmailKey: found.user.emailVerifiedAt == nil ? nil : found.user.emailKey,
                auditEvent: event, db: db,
                isLive: { try SessionRepository.isLive(caller.session, of: caller.user.id, in: db) })
            let device = try UserRepository.registrationDevice(of: caller.user.id, in: db)
            return (subject, found.user, found.passwordHash != nil, device)
        }
        let headers: HTTPFields = [.contentDisposition: "attachment; filename=\"gatehouse-export.json\""]
        return try call.stream.answer(headers: headers) { object in
            try object.field("exportedAt", Date())
            try object.field("user", user)
            try object.field("hasPassword", hasPassword)
            try object.field("registrationDevice", device)
            for section in sections { try section.write(subject, &object) }
        }
    }
}
