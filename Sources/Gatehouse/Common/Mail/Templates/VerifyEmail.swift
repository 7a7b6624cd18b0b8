extension MailTemplate {
    /// Asks the owner of an address to confirm it.
    /// - Parameters:
    ///   - link: where the address is confirmed.
    ///   - lifetime: how long the link works, in whole hours.
    static func verifyEmail(link: PageLink, expiresIn lifetime: Duration) -> MailTemplate {
        MailTemplate(
            subject: "Confirm your e-mail address",
            [
                .paragraph(
                    "An account was registered with this e-mail address. Please confirm that the address is "
                        + "yours."),
                .link(link, label: "Confirm the address"),
                .paragraph("The link works once, for \(lifetime)."),
                .paragraph(
                    "If you did not register, ignore this mail, and the address stays unconfirmed. Or open the link and say so "
                        + "there: the account is then deleted."),
            ])
    }
}
