import FoundationEssentials

extension MailTemplate {
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

    /// The same for an account whose address is not verified and may be a stranger's.
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
}
