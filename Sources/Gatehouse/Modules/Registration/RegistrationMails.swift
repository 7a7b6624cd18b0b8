extension LinkPurpose {
    /// Verifies an address.
    static let verifyEmail = LinkPurpose("verify_email", prefix: "ghv_", page: "/verify-email")
}

extension MailTemplate {
    /// Asks the owner of an address that was registered to confirm it.
    /// - Parameters:
    ///   - link: the page that confirms the address.
    ///   - lifetime: the lifetime of the link, in whole hours.
    static func verifyEmail(link: PageLink, expiresIn lifetime: Duration) -> MailTemplate {
        MailTemplate(
            subject: "Confirm your e-mail address",
            [
                .paragraph("An account was registered with this address. Please confirm that the address is yours."),
                .link(link, label: "Confirm the address"),
                .paragraph("The link works once, for \(lifetime)."),
                .paragraph(
                    "If you did not register, ignore this mail, and the address stays unconfirmed. Or open the link "
                        + "and say so there: whoever registered is then locked out."),
            ])
    }

    /// Asks the owner of an address, with which an account was made for them, to confirm it.
    static func verifyEmailOfAccountMade(link: PageLink, expiresIn lifetime: Duration) -> MailTemplate {
        MailTemplate(
            subject: "An account was made for you",
            [
                .paragraph(
                    "Those who run this service made an account for you, with this address. Please confirm that the "
                        + "address is yours."),
                .link(link, label: "Confirm the address"),
                .paragraph(
                    "The link works once, for \(lifetime). Where the page behind it asks for a password, enter the one "
                        + "that you were given, or choose one of your own."),
                .paragraph("If you do not expect an account, ignore this mail, and the address stays unconfirmed."),
            ])
    }

    /// Tells the owner of an address that it was used for another registration, which answered as if the address were
    /// free, and asks to confirm it for the account that has it.
    static func alreadyWaiting(link: PageLink, expiresIn lifetime: Duration) -> MailTemplate {
        MailTemplate(
            subject: "An account waits for you to confirm this address",
            [
                .paragraph(
                    "Somebody, perhaps you, tried to use this address for another account. There is one already, which "
                        + "waits for the address to be confirmed, so no other was made and nothing was changed."),
                .paragraph("If the account is yours, confirm the address."),
                .link(link, label: "Confirm the address"),
                .paragraph(
                    "The link works once, for \(lifetime). The account keeps the password that it has. If you do "
                        + "not know it, choose a new one on the page behind the link."),
                .paragraph(
                    "If you do not know of an account, ignore this mail, and the address stays unconfirmed. Or open "
                        + "the link and say so there: nobody can then sign in with the password that the account has."),
            ])
    }

    /// Tells the owner of an address that it was used for another registration, which answered as if the address were
    /// free.
    /// - Parameter resetPage: the page for resetting a forgotten password.
    static func alreadyRegistered(resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "You already have an account",
            [
                .paragraph(
                    "Somebody, perhaps you, tried to use this address for another account. You have one already, so "
                        + "none was made and nothing was changed."),
                .paragraph("Sign in as usual. If you have forgotten your password, set a new one:"),
                .link(resetPage, label: "Set a new password"),
                .paragraph("If it was not you, there is nothing to do."),
            ])
    }
}
