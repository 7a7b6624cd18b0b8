import Database
import FoundationEssentials

/// Tells the user who made or replaced an API key that there is a new secret: it may have been somebody else with the
/// user's session. No mail goes to an address that was never verified, since it may be a stranger's.
struct SendAPIKeyNotice: Job {
    static let kind = "api_keys.send_notice"

    let userID: UInt64
    let name: String
    let hint: String
    let scopes: [String]
    let expiresAt: Date?
    let isOfOrganization: Bool
    /// Missing in jobs of an earlier version.
    let organizationID: UUID?
    let isReplaced: Bool
    let time: Date

    init(_ key: APIKey, by userID: UInt64, isReplaced: Bool) {
        self.userID = userID
        name = key.name
        hint = key.hint
        scopes = key.scopes.words
        expiresAt = key.expiresAt
        isOfOrganization = key.organizationID != nil
        organizationID = key.organizationID
        self.isReplaced = isReplaced
        time = Date()
    }

    var subjects: [JobSubject] { [.user(userID)] }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.find(userID, in: context.db), user.emailVerifiedAt != nil,
            let recipient = MailRecipient(user)
        else { return }
        let key = MailTemplate.APIKeyFacts(
            name: PlainName(organization: name), hint: MailWord(hint), scopes: scopes.compactMap(MailWord.init),
            expiresAt: expiresAt, holder: try holder(in: context.db))
        let resetPage = context.resetPage
        try context.send(
            isReplaced
                ? .apiKeyReplaced(key, when: time, resetPage: resetPage)
                : .apiKeyMade(key, when: time, resetPage: resetPage), to: recipient)
    }

    private func holder(in db: Connection) throws -> MailTemplate.APIKeyFacts.Holder {
        guard isOfOrganization else { return .account }
        let name = try organizationID.flatMap { try APIKeyRepository.nameOfOrganization($0, in: db) }
        return .organization(name.flatMap { PlainName(organization: $0) })
    }
}
