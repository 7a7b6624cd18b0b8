import Web

/// Restricts who may register: an installation for the people of one organization can accept only addresses of its
/// domains (`GATEHOUSE_REGISTRATION_DOMAINS`).
///
/// The rule covers requests of users themselves: registration, and changes of address, with which they could keep the
/// account after losing the domain's mailbox. Invitations to an organization do not bypass it, since every user can
/// create an organization and invite. Accounts made by an administrator or a command, and existing accounts, may have
/// any address.
///
/// It depends only on the domain, so a refusal does not reveal which addresses have accounts.
struct RegistrationRules: Module {
    static let settings: [any ModuleSettings.Type] = [RegistrationSettings.self]
    static let hooks = [
        Hook.inTransaction(RegistrationRequested.self, errors: [.emailNotAllowed]) { event, context in
            try require(event.email, context.settings(RegistrationSettings.self))
        },
        Hook.inTransaction(EmailChangeRequested.self, errors: [.emailNotAllowed]) { event, context in
            try require(event.newEmail, context.settings(RegistrationSettings.self))
        },
    ]

    init(_ services: Services) {}

    private static func require(_ email: EmailAddress, _ settings: RegistrationSettings) throws(APIError) {
        guard let domains = settings.domains else { return }
        guard domains.contains(where: { $0.hasSameBytes(as: email.domain) }) else { throw APIError(.emailNotAllowed) }
    }
}

extension ErrorCode {
    /// The address has a domain that the installation does not accept.
    static let emailNotAllowed = ErrorCode(
        "EMAIL_NOT_ALLOWED", .unprocessableContent, "This service does not accept addresses of this domain.")
}
