import Database
import FoundationEssentials

/// Which accounts somebody can sign in to. Where one must be left that can act, be it among those who administer or
/// among the owners of an organization, only these count.
struct SignInRule: Sendable {
    /// Whether an address must be verified before it signs in.
    let requiresVerifiedEmail: Bool

    /// What holds of the row of such an account, in a statement that calls it `u`: it is in use, has a password, and
    /// has a verified address where that is asked for.
    var condition: SQL {
        let condition: SQL = "u.status = 'active' AND u.password_hash IS NOT NULL"
        return requiresVerifiedEmail ? "\(condition) AND u.email_verified_at IS NOT NULL" : condition
    }
}

extension Services {
    /// Which accounts somebody can sign in to.
    var rule: SignInRule { SignInRule(requiresVerifiedEmail: signIn.requiresVerifiedEmail) }
}

extension UserRepository {
    /// Which of some accounts, whose rows are locked, somebody can sign in to.
    static func whereSomebodyCanSignIn(
        _ ids: [UInt64], by rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> [UInt64] {
        try db.all("SELECT u.id FROM users u WHERE u.id IN (\(list: ids)) AND \(rule.condition)")
    }

    /// Whether somebody can sign in to an account; if so, it stays so until the transaction ends.
    static func holdUsable(
        _ publicID: UUID, by rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let id: UInt64? = try db.first(
            "SELECT u.id FROM users u WHERE u.public_id = \(publicID) AND \(rule.condition) LOCK IN SHARE MODE")
        return id != nil
    }
}
