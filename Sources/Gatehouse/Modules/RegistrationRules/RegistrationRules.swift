import Web

/// Rules for who may register. An installation for the people of an organization takes the addresses of its domains
/// only (`GATEHOUSE_REGISTRATION_DOMAINS`).
///
/// The rule is for what somebody asks for themselves: an account, or another address for theirs, by which they would
/// keep it after the domain's mailbox is gone. An invitation to an organization is no way round it, since every user
/// can make an organization and invite. Accounts that an administrator or a command makes may have any address, and so
/// may those that are there already.
///
/// It depends on the domain alone, so a refusal does not tell which addresses have accounts.
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
    /// The address has a domain that the installation does not take.
    static let emailNotAllowed = ErrorCode(
        "EMAIL_NOT_ALLOWED", .unprocessableContent, "This service does not take addresses of this domain.")
}
