import FoundationEssentials

extension MailTemplate {
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
                        + "account can be restored."),
            ])
    }
}
