public import Database
public import FoundationEssentials

/// Who a user is, for other modules: what they may show to people and whom they may mail. The module Users changes it;
/// `ProfileChanged`, `EmailChanged` and the other events of accounts tell when.
///
/// A deleted account is not found, although it can be brought back for a while.
public struct UserProfile: RowDecodable, Sendable {
    /// The user.
    public let user: UserReference
    /// The name, as the user chose it. Until the address is verified, it may be anybody's words.
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

    /// Reads who a user is.
    public init(row: Row) throws(DatabaseError) {
        user = UserReference(id: try row.decode("id"), publicID: try row.decode("public_id"))
        name = try row.decode("name")
        email = try row.decode("email")
        isEmailVerified = try row.decode("is_email_verified")
        locale = try row.decode("locale")
        isActive = try row.decode("is_active")
    }

    /// Where mail to the user goes, with the name where a mail may repeat it; `nil` for an account that has lost its
    /// address.
    public var mailRecipient: MailRecipient? {
        guard !User.isReleased(email, of: user.publicID), let address = EmailAddress.stored(email) else { return nil }
        return MailRecipient(address, named: name, isVerified: isEmailVerified)
    }
}

extension UserProfile {
    /// A user, by the internal id; `nil` where there is none any more.
    public static func find(_ id: UInt64, in db: Connection) throws(DatabaseError) -> UserProfile? {
        try db.first("SELECT \(columns) FROM users WHERE id = \(id) AND status <> 'deleted'")
    }

    /// A user, by the id that is shown; `nil` where there is none any more.
    public static func find(_ publicID: UUID, in db: Connection) throws(DatabaseError) -> UserProfile? {
        try db.first("SELECT \(columns) FROM users WHERE public_id = \(publicID) AND status <> 'deleted'")
    }

    /// Users by their internal ids, in one statement, for the rows of a list.
    /// - Parameter ids: some hundred at most.
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
