import FoundationEssentials

extension MailTemplate {
    /// The facts about an API key in a mail.
    struct APIKeyFacts {
        /// The holder of a key.
        enum Holder {
            case account
            /// The organization's name; `nil` if it is not plainly a name.
            case organization(PlainName?)
        }

        /// The name of the key; `nil` if it is not plainly a name, since somebody else may have made the key.
        let name: PlainName?
        /// The end of the secret.
        let hint: MailWord?
        let scopes: [MailWord]
        /// `nil` for a key that does not expire.
        let expiresAt: Date?
        let holder: Holder
    }

    /// Tells that an API key was made.
    /// - Parameters:
    ///   - time: when it was made.
    ///   - resetPage: the page for resetting the password.
    static func apiKeyMade(_ key: APIKeyFacts, when time: Date, resetPage: PageLink) -> MailTemplate {
        apiKeyNotice(
            "A new API key was made", key, "An API key for \(key.holder.text) was made on \(time: time).", resetPage)
    }

    /// Tells that an API key was given another secret.
    static func apiKeyReplaced(_ key: APIKeyFacts, when time: Date, resetPage: PageLink) -> MailTemplate {
        apiKeyNotice(
            "An API key was replaced", key,
            "The secret of an API key for \(key.holder.text) was replaced on \(time: time).",
            resetPage)
    }

    private static func apiKeyNotice(
        _ subject: MailText, _ key: APIKeyFacts, _ what: MailText, _ resetPage: PageLink
    ) -> MailTemplate {
        let facts: [MailText?] = [
            key.name.map { "Name: \($0)" }, key.hint.map { "Ends in: \($0)" }, "Scopes: \(key.scopes)",
            key.expiresAt.map { "Expires: \(time: $0)" } ?? "Expires: never",
        ]
        return MailTemplate(
            subject: subject,
            [
                .paragraph(what), .list(facts.compactMap(\.self)),
                .paragraph("Anybody who has the key can use it without your password. \(key.holder.remedy)"),
                .link(resetPage, label: "Set a new password"),
            ])
    }
}

extension MailTemplate.APIKeyFacts.Holder {
    fileprivate var text: MailText {
        switch self {
        case .account: "your account"
        case .organization(let name?): "the organization \(name)"
        case .organization(nil): "an organization of yours"
        }
    }

    /// The remedy if it was somebody else.
    fileprivate var remedy: MailText {
        switch self {
        case .account:
            "If it was not you, set a new password. That also signs everybody out, and revokes all of your API keys."
        case .organization:
            "If it was not you, set a new password, which also signs everybody out, and have the key revoked: every "
                + "owner and admin of the organization can do that."
        }
    }
}
