import Database
import FoundationEssentials
import Web

/// The address of an invitation, with its key.
struct InvitationAddress: StoredAddress {
    let id: UInt64
    let organizationID: UInt64
    let emailKey: String
    /// The end of the invitation: the later of two was sent later.
    let expiresAt: Date
    /// The address; `nil` if it cannot be read.
    let address: EmailAddress?
    private let email: String

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        organizationID = try row.decode("organization_id")
        email = try row.decode("email")
        emailKey = try row.decode("email_key")
        expiresAt = try row.decode("expires_at")
        address = EmailAddress.stored(email)
    }

    /// Whether the key is that of this version for the address.
    func isRight(in db: Connection) throws(DatabaseError) -> Bool {
        guard let address else { return true }
        guard address.entered.hasSameBytes(as: email) else { return false }
        return try emailKey.hasSameBytes(as: UserRepository.key(of: address, in: db))
    }

    static func end(ofBatchAfter id: UInt64, size: Int, in db: Connection) throws(DatabaseError) -> UInt64? {
        let last = try db.first(
            "SELECT MAX(id) FROM (SELECT id FROM invitations WHERE id > \(id) ORDER BY id LIMIT \(size)) AS next",
            as: UInt64?.self)
        return last ?? nil
    }

    static func all(
        after id: UInt64, through last: UInt64, in db: Connection
    ) throws(DatabaseError) -> [InvitationAddress] {
        try db.all(
            """
            SELECT id, organization_id, email, email_key, expires_at FROM invitations
            WHERE id > \(id) AND id <= \(last) AND email REGEXP '[^ -~]' ORDER BY id
            """)
    }
}

/// Keys of stored addresses, which another version of the program may have made with another rule.
extension InvitationRepository {
    /// Writes the address of an invitation and its key. Of two invitations to the same organization the later stays.
    static func setAddress(
        _ address: EmailAddress, key: String, of invitation: InvitationAddress, in db: Connection
    ) throws(DatabaseError) {
        let later: UInt64? = try db.first(
            """
            SELECT id FROM invitations
            WHERE email_key = \(key) AND organization_id = \(invitation.organizationID) AND id <> \(invitation.id)
              AND expires_at > \(invitation.expiresAt) FOR UPDATE
            """)
        if later != nil {
            try db.execute("DELETE FROM invitations WHERE id = \(invitation.id)")
            return
        }
        try db.execute(
            """
            DELETE FROM invitations
            WHERE email_key = \(key) AND organization_id = \(invitation.organizationID) AND id <> \(invitation.id)
            """)
        try db.execute(
            """
            UPDATE invitations SET email = \(address.entered), email_key = \(key), updated_at = updated_at
            WHERE id = \(invitation.id)
            """)
    }
}
