import Database
import FoundationEssentials
import Web

/// An account with what is known about its use.
struct UserDetails: ResponseObject {
    let account: AdministeredUser
    let liveSessions: Int
    let lastSignInAt: Date?

    func write(to output: inout Output) {
        account.write(to: &output)
        output.field("liveSessions", liveSessions)
        output.field("lastSignInAt", lastSignInAt)
    }

    static let example = UserDetails(account: .example, liveSessions: 1, lastSignInAt: .example)
}

extension Audit {
    /// When a user last signed in, as far back as the audit goes.
    static func lastSignIn(of user: UUID, in db: Connection) throws(DatabaseError) -> Date? {
        try db.first(
            """
            SELECT created_at FROM audit_events
            WHERE target_id = \(user) AND action = \(AuditAction.loginSucceeded.rawValue) ORDER BY id DESC LIMIT 1
            """)
    }
}
