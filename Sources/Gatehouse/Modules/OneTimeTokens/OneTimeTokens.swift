/// The links that are mailed to users. Modules that mail one make its token and consume it here.
struct OneTimeTokens: Module {
    static let exportSections = [
        ExportSection("mailLinks", "Without their tokens, of which only hashes are stored.") { subject, last in
            try OneTimeTokenRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]
    static let expiredRows = [
        ExpiredRows("oneTimeTokens") { limit, db in try OneTimeTokenRepository.purge(limit: limit, in: db) }
    ]

    init(_ services: Services) {}
}

extension OpaqueToken.Kind {
    /// A link that verifies an address.
    static let verifyEmail = OpaqueToken.Kind(prefix: "ghv_")
    /// A link that sets a password.
    static let resetPassword = OpaqueToken.Kind(prefix: "ghp_")
    /// A link that changes an address.
    static let changeEmail = OpaqueToken.Kind(prefix: "ghe_")
}
