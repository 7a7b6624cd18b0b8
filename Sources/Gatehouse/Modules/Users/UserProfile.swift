public import Database
public import FoundationEssentials

/// A user, as other modules see them: what they may show to people, and whom they may mail. Only the module Users
/// changes it; `ProfileChanged`, `EmailChanged` and the other events of accounts announce changes.
///
/// A deleted account is not found, although it can be restored for a while.
public struct UserProfile: RowDecodable, Sendable {
    /// The user.
    public let user: UserReference
    /// The name, as the user chose it. Until the address is verified, a stranger may have written it.
    public let name: String
    /// The address, as the user entered it.
    public let email: String
    /// Whether the user has proved that the address is theirs. Until then, it may be a stranger's.
    public let isEmailVerified: Bool
    /// The language that the user prefers (RFC 5646), such as `en` or `de-CH`.
    public let locale: String
    /// Whether the account is in use; not while it is suspended.
    public let isActive: Bool

    private static let columns: SQL = """
        id, public_id, name, email, email_verified_at IS NOT NULL AS is_email_verified, locale,
        status = 'active' AS is_active
        """

    /// Decodes a profile.
    public init(row: Row) throws(DatabaseError) {
        user = UserReference(id: try row.decode("id"), publicID: try row.decode("public_id"))
        name = try row.decode("name")
        email = try row.decode("email")
        isEmailVerified = try row.decode("is_email_verified")
        locale = try row.decode("locale")
        isActive = try row.decode("is_active")
    }

    /// The recipient of mail to the user, with the name if a mail may contain it; `nil` for an account that has lost
    /// its address.
    public var mailRecipient: MailRecipient? {
        guard !User.isReleased(email, of: user.publicID), let address = EmailAddress.stored(email) else { return nil }
        return MailRecipient(address, named: name, isVerified: isEmailVerified)
    }
}

extension UserProfile {
    /// Finds a user by the internal id; `nil` if the account is gone.
    public static func find(_ id: UInt64, in db: Connection) throws(DatabaseError) -> UserProfile? {
        try db.first("SELECT \(columns) FROM users WHERE id = \(id) AND status <> 'deleted'")
    }

    /// Finds a user by the public id; `nil` if the account is gone.
    public static func find(_ publicID: UUID, in db: Connection) throws(DatabaseError) -> UserProfile? {
        try db.first("SELECT \(columns) FROM users WHERE public_id = \(publicID) AND status <> 'deleted'")
    }

    /// Finds users by their internal ids in one statement, for the rows of a list.
    /// - Parameter ids: at most a few hundred.
    public static func find(_ ids: some Sequence<UInt64>, in db: Connection) throws(DatabaseError) -> [UInt64:
        UserProfile]
    {
        let ids = Array(Set(ids))
        guard !ids.isEmpty else { return [:] }
        let found: [UserProfile] = try db.all(
            "SELECT \(columns) FROM users WHERE id IN (\(list: ids)) AND status <> 'deleted'")
        return Dictionary(uniqueKeysWithValues: found.map { ($0.user.id, $0) })
    }
}
