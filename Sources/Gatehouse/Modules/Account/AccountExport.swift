import Database
import FoundationEssentials
import Web

/// Everything that is held about a user (GDPR, articles 15 and 20). The rest of it is written part by part.
struct ExportedAccount: ResponseObject {
    let exportedAt: Date
    let user: User
    let hasPassword: Bool
    let registrationDevice: String?
    let sections: [ExportSection]

    func write(to output: inout Output) {
        output.field("exportedAt", exportedAt, description: "When its making began.")
        output.field("user", user)
        output.field("hasPassword", hasPassword, description: "Of the password only a hash is held.")
        output.field(
            "registrationDevice", registrationDevice,
            description: "With which the account was registered; held until the address is verified.")
        for section in sections { section.describe(&output) }
    }

    /// The names of the members that are no section.
    static let ownMembers: Set = ["exportedAt", "user", "hasPassword", "registrationDevice"]

    static let example = ExportedAccount(exampleWith: [])
}

extension ExportedAccount {
    /// An example with these parts.
    init(exampleWith sections: [ExportSection]) {
        self.init(
            exportedAt: .example, user: .example, hasPassword: true, registrationDevice: "Firefox on Linux",
            sections: sections)
    }
}

/// Hands a user everything that is held about them, however much that is: it is read in batches and sent as it is read.
struct AccountExport {
    /// What there is beyond the account itself, in this order.
    let sections: [ExportSection]

    func export(_ call: Call) throws -> Response {
        let caller = try call.signedIn
        // What is exported includes that it was. That stands in the audit even where the export is then broken off.
        let (subject, user, hasPassword, device) = try call.db.transaction { db in
            try call.audit(.userExported, caller.user.publicID, in: db)
            guard let found = try UserRepository.findCredentials(caller.user.id, in: db),
                let event = try Audit.lastEvent(by: caller.user.publicID, in: db)
            else { throw APIError(.tokenRevoked) }
            let subject = ExportSubject(
                caller: caller, verifiedEmailKey: found.user.emailVerifiedAt == nil ? nil : found.user.emailKey,
                lastEvent: event, db: db,
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
