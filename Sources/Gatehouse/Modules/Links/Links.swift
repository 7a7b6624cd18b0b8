/// The mailed links of all modules: a route for their pages, and their section of an export.
struct Links: Module {
    /// The purposes of the links of users.
    static let purposes: [LinkPurpose] = [.verifyEmail, .resetPassword, .changeEmail]
    static let exportSections = [
        ExportSection("mailLinks", "Without their tokens, of which only hashes are stored.") { subject, last in
            try OneTimeTokenRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db) as [MailLink]
        }
    ]

    let linkCheck: LinkCheck

    init(_ services: Services) throws {
        linkCheck = LinkCheck(
            verification: try EmailVerification(services), emailChange: try EmailChange(services),
            rule: try SignInRule(services.settings))
    }
}
