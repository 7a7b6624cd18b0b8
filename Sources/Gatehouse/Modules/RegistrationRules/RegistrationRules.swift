import Web

/// Restricts who may register.
///
/// `GATEHOUSE_REGISTRATION` admits everybody, only people with an open invitation, or nobody. The rule covers every
/// path by which users make accounts for themselves: `AccountWillBeCreated` fires on all of them. Before,
/// `RegistrationRequested` lets the caller see the refusal, even if a job makes the account later.
///
/// An installation for the people of one organization can accept only addresses of its domains
/// (`GATEHOUSE_REGISTRATION_DOMAINS`). This rule covers requests of users themselves: registration, and changes of
/// address, with which they could keep the account after losing the domain's mailbox. Invitations to an organization do
/// not bypass it, since every user can create an organization and invite.
///
/// Accounts made by an administrator or a command, and existing accounts, are not restricted. The rules depend only on
/// the address and on invitations, so a refusal does not reveal which addresses have accounts.
struct RegistrationRules: Module {
    static let settings: [any ModuleSettings.Type] = [RegistrationSettings.self]
    static let hooks = [
        Hook.inTransaction(RegistrationRequested.self, errors: [.registrationClosed, .emailNotAllowed]) {
            event, context in
            try requireAdmitted(event.email, event.invitation, context)
            try requireAllowed(event.email, context)
        },
        // Without errors for the document: the routes that fire it also fire `RegistrationRequested`, or make accounts
        // for others.
        Hook.inTransaction(AccountWillBeCreated.self) { event, context in
            if event.origin.isByUser { try requireAdmitted(event.email, event.invitation, context) }
        },
        Hook.inTransaction(EmailChangeRequested.self, errors: [.emailNotAllowed]) { event, context in
            try requireAllowed(event.newEmail, context)
        },
    ]

    init(_ services: Services) {}

    private static func requireAdmitted(
        _ email: EmailAddress, _ invitation: InvitationProof, _ context: HookContext
    ) throws {
        switch try context.settings(RegistrationSettings.self).admission {
        case .open: return
        case .closed: throw APIError(.registrationClosed)
        case .invited:
            guard try isOpen(invitation, to: email, context) else {
                throw APIError(.registrationClosed, "Registration needs an open invitation to this address.")
            }
        }
    }

    /// Whether there is an open invitation to an address, whose sender may still give it.
    private static func isOpen(
        _ invitation: InvitationProof, to email: EmailAddress, _ context: HookContext
    ) throws -> Bool {
        let (db, rule) = (context.db, try SignInRule(context.settings))
        let emailKey = try UserRepository.key(of: email, in: db)
        let offers =
            switch invitation {
            case .none: [InvitationRepository.Offer]()
            case .token(let hash):
                [try InvitationRepository.find(tokenHash: hash, to: emailKey, in: db)].compactMap(\.self)
            case .address: try InvitationRepository.offers(to: emailKey, in: db)
            }
        return try offers.contains { try InvitationAcceptance.stillStands($0, counting: rule, in: db) }
    }

    private static func requireAllowed(_ email: EmailAddress, _ context: HookContext) throws {
        guard let domains = try context.settings(RegistrationSettings.self).domains else { return }
        guard domains.contains(where: { $0.hasSameBytes(as: email.domain) }) else { throw APIError(.emailNotAllowed) }
    }
}

extension ErrorCode {
    /// The installation makes no account for this person.
    static let registrationClosed = ErrorCode("REGISTRATION_CLOSED", .forbidden, "Registration is closed.")
    /// The address has a domain that the installation does not accept.
    static let emailNotAllowed = ErrorCode(
        "EMAIL_NOT_ALLOWED", .unprocessableContent, "This service does not accept addresses of this domain.")
}
