import FoundationEssentials

extension OpaqueToken.Kind {
    /// A link that accepts an invitation.
    static let invitation = OpaqueToken.Kind(prefix: "ghi_")
}

extension MailTemplate {
    /// Invites a person to an organization.
    /// - Parameters:
    ///   - organization: its name; `nil` if it is not plainly a name.
    ///   - inviter: the name of the sender; `nil` if a key sent it, or if the name is not plainly one.
    ///   - role: the offered role.
    ///   - link: the page that accepts the invitation.
    ///   - date: the end of the link's validity.
    static func invitation(
        to organization: PlainName?, by inviter: PlainName?, as role: some RawRepresentable<String> & CaseIterable,
        link: PageLink, expiresOn date: Date
    ) -> MailTemplate {
        let inviter: MailText = inviter.map { "\($0)" } ?? "Somebody"
        let organization: MailText = organization.map { "the organization \($0)" } ?? "an organization"
        return MailTemplate(
            subject: "You are invited to join an organization",
            [
                .paragraph("\(inviter) invites you to join \(organization) as \(withArticle: role)."),
                .link(link, label: "Accept the invitation"),
                .paragraph(
                    "The link works once, until \(time: date), for an account with this address. If you have none yet, "
                        + "you can create one."),
                .paragraph("If you do not want to join, ignore this mail."),
            ])
    }
}
