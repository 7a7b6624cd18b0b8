import FoundationEssentials

extension MailTemplate {
    /// What a mail tells of an API key.
    struct APIKeyFacts {
        /// For whom a key acts.
        enum Holder {
            case account
            /// The organization's name; `nil` where it is not plainly a name.
            case organization(PlainName?)
        }

        /// What its maker calls it; `nil` where it is not plainly a name, since somebody else may have made the key.
        let name: PlainName?
        /// The end of the secret.
        let hint: MailWord?
        let scopes: [MailWord]
        /// `nil` for a key that does not expire.
        let expiresAt: Date?
        let holder: Holder
    }

    /// Tells that an API key was made.
    /// - Parameter time: when it was made.
    static func apiKeyMade(_ key: APIKeyFacts, when time: Date) -> MailTemplate {
        apiKeyNotice(
            "A new API key was made", key, "An API key for \(key.holder.text) was made on \(time: time).")
    }

    /// Tells that an API key was given another secret.
    static func apiKeyReplaced(_ key: APIKeyFacts, when time: Date) -> MailTemplate {
        apiKeyNotice(
            "An API key was replaced", key,
            "The secret of an API key for \(key.holder.text) was replaced on \(time: time).")
    }

    private static func apiKeyNotice(_ subject: MailText, _ key: APIKeyFacts, _ what: MailText) -> MailTemplate {
        let facts: [MailText?] = [
            key.name.map { "Name: \($0)" }, key.hint.map { "Ends in: \($0)" }, "Scopes: \(key.scopes)",
            key.expiresAt.map { "Expires: \(time: $0)" } ?? "Expires: never",
        ]
        return MailTemplate(
            subject: subject,
            [
                .paragraph(what), .list(facts.compactMap(\.self)),
                .paragraph(
                    "Whoever has the key can use it without your password. If it was not you, revoke the key, change "
                        + "your password and sign out everywhere."),
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
}
