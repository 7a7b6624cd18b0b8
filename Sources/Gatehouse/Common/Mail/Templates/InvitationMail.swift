import FoundationEssentials

extension MailContent {
    /// Asks somebody to join an organization. Names that could be advertisements are left out: the address has proved
    /// nothing, and whoever invites may be a stranger to it.
    /// - Parameters:
    ///   - inviter: the name of who invites; `nil` where nobody in particular does.
    ///   - role: what the person becomes.
    ///   - link: where the invitation is accepted, an absolute URL.
    ///   - date: until when the link works.
    static func invitation(
        to organization: String, by inviter: String?, as role: String, link: String, expiresOn date: Date
    ) -> MailContent {
        let inviter = inviter.flatMap { isGreetable($0) ? shortened($0) : nil } ?? "Somebody"
        let organization = isGreetable(organization) ? "the organization \(shortened(organization))" : "an organization"
        return MailContent(
            subject: "You are invited to join an organization", greeting: "",
            [
                .paragraph("\(inviter) invites you to join \(organization), as \(role)."),
                .link(link, label: "Accept the invitation"),
                .paragraph(
                    "The link works once, until \(date.utc("%Y-%m-%d %H:%M")) UTC, for an account with this e-mail "
                        + "address. If you have none yet, you can make one."),
                .paragraph("If you do not want to join, ignore this mail."),
            ])
    }
}
