import FoundationEssentials

extension LinkPurpose {
    /// Sets a password.
    static let resetPassword = LinkPurpose("reset_password", prefix: "ghp_", page: PageLink.resetPage)
}

extension MailTemplate {
    /// Sends a link that sets a new password.
    /// - Parameters:
    ///   - link: the page that sets the password.
    ///   - lifetime: the lifetime of the link, in whole hours.
    ///   - hasPassword: whether the account has a password.
    static func passwordReset(link: PageLink, expiresIn lifetime: Duration, hasPassword: Bool) -> MailTemplate {
        MailTemplate(
            subject: "Set a new password",
            [
                .paragraph("Somebody asked to set a new password for your account. If that was you, set it here."),
                .link(link, label: "Set a new password"),
                .paragraph(
                    "The link works once, for \(lifetime). Every session ends when it is used, and your API keys are "
                        + "revoked."),
                .paragraph(
                    hasPassword
                        ? "If it was not you, ignore this mail. Your password stays as it is."
                        : "If it was not you, ignore this mail."),
            ])
    }

    /// Tells a person about an account that was made for them and has no password.
    /// - Parameters:
    ///   - link: the page that sets its first password, an absolute URL.
    ///   - lifetime: the lifetime of the link, in whole days.
    ///   - resetPage: the page for requesting another link.
    static func accountMade(link: PageLink, expiresIn lifetime: Duration, resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "An account was made for you",
            [
                .paragraph(
                    "Those who run this service made an account for you, with this address. Choose a password, and you "
                        + "can sign in with it."),
                .link(link, label: "Choose a password"),
                .paragraph("The link works once, for \(lifetime). After that, have another one sent to you here:"),
                .address(resetPage),
                .paragraph("If you do not expect an account, ignore this mail. Nobody can sign in to it without you."),
            ])
    }

    /// Tells the owner that the password was changed.
    /// - Parameters:
    ///   - time: when it was changed.
    ///   - resetPage: where the password is replaced.
    static func passwordChanged(when time: Date, resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "Your password was changed",
            [
                .paragraph("The password of your account was changed on \(time: time)."),
                .paragraph("If it was not you who changed it, set a new one at once. That also signs everybody out."),
                .link(resetPage, label: "Set a new password"),
            ])
    }

    /// Tells the owner that an account without a password got one.
    static func passwordSet(when time: Date, resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "Your account has a password now",
            [
                .paragraph(
                    "Your account had no password. One was set on \(time: time). From now on, you sign in with it."),
                .paragraph("If it was not you who set it, set another one at once. That also signs everybody out."),
                .link(resetPage, label: "Set a new password"),
            ])
    }
}
