extension MailContent {
    /// Asks the owner of a new address to confirm it.
    /// - Parameters:
    ///   - link: where the address is confirmed, an absolute URL.
    ///   - lifetime: how long the link works, in whole hours.
    static func confirmEmail(name: String, link: String, expiresIn lifetime: Duration) -> MailContent {
        MailContent(
            subject: "Confirm your new e-mail address", greeting: name,
            [
                .paragraph(
                    "An account is to be changed to this e-mail address. Please confirm that the address is yours."),
                .link(link, label: "Confirm the new address"),
                .paragraph("The link works once, for \(lifetime.inHours). Until then nothing changes."),
                .paragraph("If you did not ask for this, ignore this mail."),
            ])
    }

    /// Tells the present address that a change was asked for.
    static func emailChangeRequested(name: String, to newEmail: String) -> MailContent {
        MailContent(
            subject: "A new e-mail address was asked for", greeting: name,
            [
                .paragraph(
                    "Somebody who knows your password asked to change the e-mail address of your account to "
                        + "\(shortened(newEmail)). This happens when the link in the mail to that address is followed."),
                .paragraph("If it was not you, change your password now: that makes the link void."),
            ])
    }

    /// Tells the former address that the change was made.
    static func emailChanged(name: String, to newEmail: String) -> MailContent {
        MailContent(
            subject: "Your e-mail address was changed", greeting: name,
            [
                .paragraph(
                    "The e-mail address of your account is now \(shortened(newEmail)). Mail about the account goes there, "
                        + "and this is the last one that comes here."),
                .paragraph("If it was not you who changed it, contact the operator of this service."),
            ])
    }
}
