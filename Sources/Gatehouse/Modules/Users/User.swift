import Database
import FoundationEssentials
import Web

/// An account.
struct User: RowDecodable, VersionedResource {
    /// Whether an account may be used.
    enum Status: String, SQLValue, ColumnDecodable, ResponseValue, CaseIterable {
        case active, suspended, deleted
        static let example = Status.active
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let email: String
    /// The key of the address; it is never shown.
    let emailKey: String
    let emailVerifiedAt: Date?
    /// Whether registration made it, and not an administrator or a command; it is never shown.
    let isSelfRegistered: Bool
    let name: String
    let avatarURL: String?
    let locale: String
    /// The name of a role.
    let role: String
    let status: Status
    let version: Int
    let createdAt: Date
    let updatedAt: Date

    static let columnNames: ColumnNames = """
        id, public_id, email, email_key, email_verified_at, is_self_registered, name, avatar_url, locale, role, status,
        version, created_at, updated_at
        """
    static let columns = columnNames.sql
    /// The same in a statement that calls the table `u`.
    static let columnsOfU: SQL = """
        u.id, u.public_id, u.email, u.email_key, u.email_verified_at, u.is_self_registered, u.name, u.avatar_url,
        u.locale, u.role, u.status, u.version, u.created_at, u.updated_at
        """

    init(row: Row) throws(DatabaseError) {
        id = try row.decode(0)
        publicID = try row.decode(1)
        email = try row.decode(2)
        emailKey = try row.decode(3)
        emailVerifiedAt = try row.decode(4)
        isSelfRegistered = try row.decode(5)
        name = try row.decode(6)
        avatarURL = try row.decode(7)
        locale = try row.decode(8)
        role = try row.decode(9)
        status = try row.decode(10)
        version = try row.decode(11)
        createdAt = try row.decode(12)
        updatedAt = try row.decode(13)
    }

    func write(to output: inout Output) {
        output.field("id", publicID)
        output.field("email", email, format: "idn-email")
        output.field("emailVerified", emailVerifiedAt != nil)
        output.field("name", name)
        output.field("avatarUrl", avatarURL, format: "uri")
        output.field("locale", locale)
        output.field("role", role)
        output.field("status", status)
        output.field("createdAt", createdAt)
        output.field("updatedAt", updatedAt)
    }

    /// The replacement for an address that an account has lost: no mail can go there (RFC 2606, section 2).
    var releasedAddress: String { Self.releasedAddress(of: publicID) }

    /// Whether the account has lost its address, which it never verified. Nobody could sign in to it or get its mail,
    /// so it cannot be restored.
    var isReleased: Bool { Self.isReleased(email, of: publicID) }

    /// Whether an address is what takes the place of one that the account has lost.
    static func isReleased(_ email: String, of publicID: UUID) -> Bool {
        email.hasSameBytes(as: releasedAddress(of: publicID))
    }

    private static func releasedAddress(of publicID: UUID) -> String { "\(publicID.text)@released.invalid" }

    var entityTag: EntityTag { EntityTag(of: publicID, version: version) }

    /// Whether it is deleted when the owner of its address says that they did not register. An account that operators
    /// made, or gave a role, is not deleted, but stays for them.
    var isDeletedByRejection: Bool { isSelfRegistered && role == BuiltInRole.user.rawValue }

    var reference: UserReference { UserReference(id: id, publicID: publicID) }

    static let example = User(publicID: .example, email: "ada@example.com", name: "Ada Lovelace", createdAt: .example)

    /// An account as it is right after registration, before it has a row.
    init(publicID: UUID, email: String, name: String, createdAt: Date) {
        id = 0
        self.publicID = publicID
        self.email = email
        emailKey = ""
        emailVerifiedAt = nil
        isSelfRegistered = true
        self.name = name
        avatarURL = nil
        locale = "en"
        role = BuiltInRole.user.rawValue
        status = .active
        version = 1
        self.createdAt = createdAt
        updatedAt = createdAt
    }
}

/// A user's change of their own profile.
struct UpdateProfile: RequestInput {
    let name: String?
    /// Absent, or a URL, or an explicit `null`.
    let avatarURL: String??
    let locale: String?

    init(from input: inout Input) {
        name = input.optional("name", .name)
        avatarURL = input.optional("avatarUrl", Self.avatarField)
        locale = input.optional("locale", .languageTag)
    }

    static let exampleBody: JSON? = ["name": "Ada King", "locale": "en-GB"]

    private static let avatarField = Field.url().nullable
}
