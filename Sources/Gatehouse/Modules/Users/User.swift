import Database
import FoundationEssentials
import Web

/// An account.
struct User: VersionedRecord {
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

    static let columns = Columns(
        User.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("email", \.email, as: "email", format: "idn-email"),
        Column("email_key", \.emailKey),
        Column("email_verified_at", \.emailVerifiedAt).followed(by: \.isEmailVerified, as: "emailVerified"),
        Column("is_self_registered", \.isSelfRegistered),
        Column("name", \.name, as: "name"),
        Column("avatar_url", \.avatarURL, as: "avatarUrl", format: "uri"),
        Column("locale", \.locale, as: "locale"),
        Column("role", \.role, as: "role"),
        Column("status", \.status, as: "status"),
        Column("version", \.version),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("updated_at", \.updatedAt, as: "updatedAt"))
    /// The same in a statement that calls the table `u`.
    static let columnsOfU = columns.sql(of: "u")

    /// Whether the address is verified.
    var isEmailVerified: Bool { emailVerifiedAt != nil }

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

    /// Whether it is deleted when the owner of its address says that they did not register. An account that operators
    /// made, or gave a role, is not deleted, but stays for them.
    var isDeletedByRejection: Bool { isSelfRegistered && role == BuiltInRole.user.rawValue }

    var reference: UserReference { UserReference(id: id, publicID: publicID) }

    static let example = unsaved(.example, email: "ada@example.com", name: "Ada Lovelace", createdAt: .example)

    /// An account as it is right after registration, before it has a row.
    static func unsaved(_ publicID: UUID, email: String, name: String, createdAt: Date) -> User {
        User(
            id: 0, publicID: publicID, email: email, emailKey: "", emailVerifiedAt: nil, isSelfRegistered: true,
            name: name, avatarURL: nil, locale: "en", role: BuiltInRole.user.rawValue, status: .active, version: 1,
            createdAt: createdAt, updatedAt: createdAt)
    }
}

/// A user's change of their own profile.
struct UpdateProfile: RequestInput, RecordChange {
    let name: String?
    /// Absent, or a URL, or an explicit `null`.
    let avatarURL: String??
    let locale: String?

    init(from input: inout Input) {
        name = input.optional("name", .name)
        avatarURL = input.optional("avatarUrl", Self.avatarField)
        locale = input.optional("locale", .languageTag)
    }

    var changes: [Change<User>] {
        [Change(\.name, to: name), Change(\.avatarURL, to: avatarURL), Change(\.locale, to: locale)]
    }

    static let exampleBody: JSON? = ["name": "Ada King", "locale": "en-GB"]

    private static let avatarField = Field.url().nullable
}
