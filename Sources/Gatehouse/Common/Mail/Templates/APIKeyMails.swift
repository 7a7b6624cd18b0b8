import FoundationEssentials

extension MailTemplate {
    /// What a mail tells of an API key.
    struct APIKeyFacts {
        /// What its maker calls it; `nil` where it is not plainly a name, since somebody else may have made the key.
        let name: PlainName?
        /// The end of the secret.
        let hint: MailWord?
        let scopes: [MailWord]
        /// `nil` for a key that does not expire.
        let expiresAt: Date?
        /// Whether it acts for an organization, and not for the account.
        let isOfOrganization: Bool
    }

    /// Tells that an API key was made.
    /// - Parameter time: when it was made.
    static func apiKeyMade(_ key: APIKeyFacts, when time: Date) -> MailTemplate {
        apiKeyNotice(
            "A new API key was made", key, "An API key \(key.holder) was made on \(time: time).")
    }

    /// Tells that an API key was given another secret.
    static func apiKeyReplaced(_ key: APIKeyFacts, when time: Date) -> MailTemplate {
        apiKeyNotice(
            "An API key was replaced", key, "The secret of an API key \(key.holder) was replaced on \(time: time).")
    }

    private static func apiKeyNotice(_ subject: MailText, _ key: APIKeyFacts, _ what: MailText) -> MailTemplate {
        var blocks: [Block] = [.paragraph(what)]
        if let name = key.name { blocks.append(.paragraph("Name: \(name)")) }
        if let hint = key.hint { blocks.append(.paragraph("Ends in: \(hint)")) }
        let expiry: MailText =
            if let expiresAt = key.expiresAt { "Expires: \(time: expiresAt)" } else { "Expires: never" }
        blocks.append(.paragraph("Scopes: \(key.scopes)"))
        blocks.append(.paragraph(expiry))
        blocks.append(
            .paragraph(
                "Whoever has the key can use it without your password. If it was not you, revoke the key, change your "
                    + "password and sign out everywhere."))
        return MailTemplate(subject: subject, blocks)
    }
}

extension MailTemplate.APIKeyFacts {
    fileprivate var holder: MailText { isOfOrganization ? "of an organization of yours" : "for your account" }
}
