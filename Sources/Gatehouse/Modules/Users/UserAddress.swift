import Database
import FoundationEssentials
import Web

/// A row with an address and what is derived from it.
protocol StoredAddress: RowDecodable {
    /// The last id of the next rows in the order of ids; `nil` where there are no more.
    static func end(ofBatchAfter id: UInt64, size: Int, in db: Connection) throws(DatabaseError) -> UInt64?
    /// The rows between two ids whose address may be written or found in several ways: those that have more than ASCII.
    static func all(after id: UInt64, through last: UInt64, in db: Connection) throws(DatabaseError) -> [Self]
}

/// The address of an account, with what is derived from it.
struct UserAddress: StoredAddress {
    /// How a key stands to its address.
    enum Standing {
        /// It is what this version makes of the address.
        case right
        /// It is what another version made of it.
        case outdated
        /// It is the exact spelling: because another account has the key, or an earlier version made it so.
        case besideAnother
        /// The address is none to this version.
        case unreadable
    }

    let id: UInt64
    let publicID: UUID
    let emailKey: String
    /// The address; `nil` where it cannot be read. An earlier version took letters that are written in another way
    /// today, such as U+212A for K; to Unicode they are the same.
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

    /// What to call the account.
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

/// Keys of stored addresses, which another version of the program may have made by another rule.
extension UserRepository {
    /// The key of the account that has an address. It is that of the address, but for an account whose exact spelling
    /// is its key, since it had the address when another one got the same by a change of the rule.
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

    /// Writes an address that was stored before, and what is derived from it.
    /// - Throws: the duplicate key `uq_users_email_key` where another account has this key.
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
