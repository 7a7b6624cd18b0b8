import Database
import FoundationEssentials
import Web

/// An account with details of its use.
struct UserDetails: ResponseObject {
    let account: AdministeredUser
    let liveSessions: Int
    let lastSignInAt: Date?
    /// The time at which the owner of the address said that they did not register the account; `nil` if nobody did.
    let rejectedAt: Date?

    func write(to output: inout Output) {
        account.write(to: &output)
        output.field("liveSessions", liveSessions)
        output.field("lastSignInAt", lastSignInAt)
        output.field("rejectedAt", rejectedAt)
    }

    static let example = UserDetails(account: .example, liveSessions: 1, lastSignInAt: .example, rejectedAt: nil)
}

extension Audit {
    /// The time of a user's last event of a kind, as far as the audit reaches.
    static func last(_ action: AuditAction, of user: UUID, in db: Connection) throws(DatabaseError) -> Date? {
        try db.first(
            """
            SELECT created_at FROM audit_events
            WHERE target_id = \(user) AND action = \(action.rawValue) ORDER BY created_at DESC, id DESC LIMIT 1
            """)
    }
}
