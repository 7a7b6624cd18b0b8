import Database
import FoundationEssentials
import Web

/// A row with an address and its derived forms.
protocol StoredAddress: RowDecodable {
    /// The last id of the next batch of rows; `nil` if there are no more.
    static func end(ofBatchAfter id: UInt64, size: Int, in db: Connection) throws(DatabaseError) -> UInt64?
    /// The rows between two ids whose address can have several spellings: those with characters beyond ASCII.
    static func all(after id: UInt64, through last: UInt64, in db: Connection) throws(DatabaseError) -> [Self]
}

/// The address of an account, with its derived forms.
struct UserAddress: StoredAddress {
    /// The relation of a key to its address.
    enum Standing {
        /// It is this version's key for the address.
        case right
        /// It is another version's key for it.
        case outdated
        /// It is the exact spelling: because another account has the key, or because an earlier version made it so.
        case besideAnother
        /// The address is not valid for this version.
        case unreadable
    }

    let id: UInt64
    let publicID: UUID
    let emailKey: String
    /// The address; `nil` if it cannot be read. An earlier version accepted letters that are spelled differently now,
    /// such as U+212A for K, which Unicode treats as the same.
    let address: EmailAddress?
    private let email: String
    private let emailUnicode: String?

    static let columns: SQL = "id, public_id, email, email_key, email_unicode"

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        publicID = try row.decode("public_id")
        email = try row.decode("email")
        emailKey = try row.decode("email_key")
        emailUnicode = try row.decode("email_unicode")
        address = EmailAddress.stored(email)
    }

    /// The name of the account in messages.
    var name: String { "account \(publicID.text)" }

    var standing: Standing {
        guard let address else { return .unreadable }
        guard address.entered.hasSameBytes(as: email), emailUnicode == address.unicodeKey else { return .outdated }
        if emailKey.hasSameBytes(as: address.key) { return .right }
        return emailKey.hasSameBytes(as: address.mailbox) ? .besideAnother : .outdated
    }

    static func end(ofBatchAfter id: UInt64, size: Int, in db: Connection) throws(DatabaseError) -> UInt64? {
        let last = try db.first(
            "SELECT MAX(id) FROM (SELECT id FROM users WHERE id > \(id) ORDER BY id LIMIT \(size)) AS next",
            as: UInt64?.self)
        return last ?? nil
    }

    static func all(
        after id: UInt64, through last: UInt64, in db: Connection
    ) throws(DatabaseError) -> [UserAddress] {
        try db.all(
            """
            SELECT \(UserAddress.columns) FROM users
            WHERE id > \(id) AND id <= \(last) AND (email REGEXP '[^ -~]' OR email_key LIKE '%xn--%')
            ORDER BY id
            """)
    }
}

/// Keys of stored addresses, which another version of the program may have made with another rule.
extension UserRepository {
    /// The key of the account that has an address. This is the key of the address, except for an account whose exact
    /// spelling is its key, because a change of the rule made its address equal to that of another account.
    static func key(of address: EmailAddress, in db: Connection) throws(DatabaseError) -> String {
        if address.mailbox.hasSameBytes(as: address.key) { return address.key }
        return try db.first("SELECT email_key FROM users WHERE email_key = \(address.mailbox)") ?? address.key
    }

    /// Whether an account has a key.
    static func hasAccount(emailKey: String, in db: Connection) throws(DatabaseError) -> Bool {
        try db.first("SELECT id FROM users WHERE email_key = \(emailKey)", as: UInt64.self) != nil
    }

    /// Reads and locks addresses for a change.
    static func lockAddresses(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [UserAddress] {
        try db.all("SELECT \(UserAddress.columns) FROM users WHERE id IN (\(list: ids)) ORDER BY id FOR UPDATE")
    }

    /// Writes a stored address again, with its derived forms.
    /// - Throws: the duplicate key `uq_users_email_key` if another account has this key.
    static func setAddress(
        _ address: EmailAddress, key: String, of id: UInt64, in db: Connection
    ) throws(DatabaseError) {
        try db.execute(
            """
            UPDATE users SET email = \(address.entered), email_key = \(key), email_unicode = \(address.unicodeKey),
                             updated_at = updated_at
            WHERE id = \(id)
            """)
    }
}
