extension LinkPurpose {
    /// Changes an address.
    static let changeEmail = LinkPurpose("change_email", prefix: "ghe_", page: "/confirm-email")
}

extension MailTemplate {
    /// Asks the owner of a new address to confirm it.
    /// - Parameters:
    ///   - link: the page that confirms the address.
    ///   - lifetime: the lifetime of the link, in whole hours.
    static func confirmEmail(link: PageLink, expiresIn lifetime: Duration) -> MailTemplate {
        MailTemplate(
            subject: "Confirm your new e-mail address",
            [
                .paragraph(
                    "Somebody asked to make this the address of their account. Please confirm that the address is "
                        + "yours."),
                .link(link, label: "Confirm the new address"),
                .paragraph("The link works once, for \(lifetime). Until then nothing changes."),
                .paragraph("If you did not ask for this, ignore this mail."),
            ])
    }

    /// Tells the current address that a change was requested.
    /// - Parameters:
    ///   - newEmail: the new address; `nil` if it must not be repeated.
    ///   - resetPage: where the password is replaced.
    static func emailChangeRequested(to newEmail: EmailAddress?, resetPage: PageLink) -> MailTemplate {
        let target: MailText = newEmail.map { "\($0)" } ?? "another one"
        return MailTemplate(
            subject: "A new e-mail address was requested",
            [
                .paragraph(
                    "Somebody who is signed in to your account asked to change its address to \(target). The "
                        + "address changes only when somebody opens the link in the mail sent there."),
                .paragraph("If it was not you, set a new password now. That makes the link void."),
                .link(resetPage, label: "Set a new password"),
            ])
    }

    /// Tells the former address that the change was made.
    /// - Parameter newEmail: the new address; `nil` if it must not be repeated.
    static func emailChanged(to newEmail: EmailAddress?) -> MailTemplate {
        let target: MailText = newEmail.map { "\($0)" } ?? "another one"
        return MailTemplate(
            subject: "Your e-mail address was changed",
            [
                .paragraph(
                    "The address of your account is now \(target). Mail about the account goes there, and this is the "
                        + "last one that comes here."),
                .paragraph("If it was not you who changed it, contact the operator of this service."),
            ])
    }
}
