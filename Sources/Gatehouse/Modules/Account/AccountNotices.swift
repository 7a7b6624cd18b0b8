import FoundationEssentials

extension MailTemplate {
    /// Tells the owner of an address that it was used for another registration, which answered as if the address were
    /// free.
    /// - Parameter resetPage: where a forgotten password is replaced.
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

    /// Tells that many attempts to sign in have failed.
    /// - Parameters:
    ///   - time: when the last of them was.
    ///   - resetPage: where the password is replaced.
    static func signInAttempts(when time: Date, resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "Failed attempts to sign in",
            [
                .paragraph(
                    "Somebody has tried several times to sign in to your account with a wrong password, last on "
                        + "\(time: time). Further attempts from the same network are refused for a while. You can sign "
                        + "in from elsewhere, and on devices that you have used before."),
                .paragraph(
                    """
                    If it was you and you have forgotten your password, set a new one. That also lets you in at \
                    once.
                    """),
                .link(resetPage, label: "Set a new password"),
                .paragraph(
                    "If it was not you, there is nothing to do, unless you use the same password elsewhere: then set a "
                        + "new one. You get this mail once a day at most."),
            ])
    }

    /// The same about an account whose address is not verified, which may be a stranger's.
    static func signInAttemptsBeforeVerification(when time: Date, resetPage: PageLink) -> MailTemplate {
        MailTemplate(
            subject: "Failed attempts to sign in",
            [
                .paragraph(
                    "There is an account with this address, which nobody has confirmed yet. Somebody has tried several "
                        + "times to sign in to it with a wrong password, last on \(time: time). Further attempts from "
                        + "the same network are refused for a while."),
                .paragraph(
                    "If the account is yours, set a new password. That also confirms the address, and lets you in at "
                        + "once."),
                .link(resetPage, label: "Set a new password"),
                .paragraph(
                    "If you do not know of an account, there is nothing to do. You get this mail once a day at most."),
            ])
    }

    /// Tells that an account was deleted.
    /// - Parameter date: when it is erased.
    static func accountDeleted(erasedOn date: Date) -> MailTemplate {
        MailTemplate(
            subject: "Your account was deleted",
            [
                .paragraph(
                    "Your account is deleted, and nobody can sign in to it. On \(day: date) it is erased, with what "
                        + "belongs to you alone. The record of what was done keeps a number in place of your name. The "
                        + "operator of this service decides how long logs and backups are kept."),
                .paragraph(
                    "If you did not want this, contact the operator of this service before that day: until then the "
                        + "account can be brought back."),
            ])
    }
}
