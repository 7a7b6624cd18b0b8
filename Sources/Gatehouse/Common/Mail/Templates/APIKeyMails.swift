import FoundationEssentials

extension MailContent {
    /// What a mail tells of an API key.
    struct APIKeyFacts {
        /// What its maker calls it; left out where it is not plainly a name, since somebody else may have made the key.
        let name: String
        /// The end of the secret.
        let hint: String
        let scopes: [String]
        /// `nil` for a key that does not expire.
        let expiresAt: Date?
        /// Whether it acts for an organization, and not for the account.
        let isOfOrganization: Bool
    }

    /// Tells that an API key was made.
    /// - Parameters:
    ///   - name: the account's name.
    ///   - time: when it was made.
    static func apiKeyMade(name: String, _ key: APIKeyFacts, when time: Date) -> MailContent {
        apiKeyNotice(
            "A new API key was made", name: name, key,
            "An API key \(key.holder) was made on \(time.utc("%Y-%m-%d %H:%M")) UTC.")
    }

    /// Tells that an API key was given another secret.
    static func apiKeyReplaced(name: String, _ key: APIKeyFacts, when time: Date) -> MailContent {
        apiKeyNotice(
            "An API key was replaced", name: name, key,
            "The secret of an API key \(key.holder) was replaced on \(time.utc("%Y-%m-%d %H:%M")) UTC.")
    }

    private static func apiKeyNotice(
        _ subject: String, name: String, _ key: APIKeyFacts, _ what: String
    ) -> MailContent {
        let keyName: [Block] = isGreetable(key.name) ? [.paragraph("Name: \(shortened(key.name))")] : []
        return MailContent(
            subject: subject, greeting: name,
            [.paragraph(what)] + keyName + [
                .paragraph("Ends in: \(key.hint)"),
                .paragraph("Scopes: \(key.scopes.joined(separator: ", "))"),
                .paragraph("Expires: \(key.expiresAt.map { "\($0.utc("%Y-%m-%d %H:%M")) UTC" } ?? "never")"),
                .paragraph(
                    "Whoever has the key can use it without your password. If it was not you, revoke the key, change your "
                        + "password and sign out everywhere."),
            ])
    }
}

extension MailContent.APIKeyFacts {
    fileprivate var holder: String { isOfOrganization ? "of an organization of yours" : "for your account" }
}
