extension MailContent {
    /// Asks the owner of an address to confirm it.
    /// - Parameters:
    ///   - name: the name given at registration.
    ///   - link: where the address is confirmed, an absolute URL.
    ///   - lifetime: how long the link works, in whole hours.
    static func verifyEmail(name: String, link: String, expiresIn lifetime: Duration) -> MailContent {
        MailContent(
            subject: "Confirm your e-mail address", greeting: name,
            [
                .paragraph(
                    "An account was registered with this e-mail address. Please confirm that the address is "
                        + "yours."),
                .link(link, label: "Confirm the address"),
                .paragraph("The link works once, for \(lifetime.inHours)."),
                .paragraph(
                    "If you did not register, ignore this mail, and the address stays unconfirmed. Or open the link and say so "
                        + "there: the account is then deleted."),
            ])
    }
}
