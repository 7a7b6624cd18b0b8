import Database
import FoundationEssentials

/// Determines to which accounts somebody can sign in. Only these count when an administrator or an owner of an
/// organization must remain.
struct SignInRule: Sendable {
    /// Whether an address must be verified before its user can sign in.
    let requiresVerifiedEmail: Bool
    /// The providers by which users can sign in.
    let providers: [String]

    /// The condition of the row of such an account, with the alias `u`: it is in use, has a password or an identity at
    /// a provider, and has a verified address if that is required.
    var condition: SQL {
        let condition: SQL = """
            u.status = 'active' AND (u.password_hash IS NOT NULL OR EXISTS (
                SELECT 1 FROM identities i
                WHERE i.user_id = u.id AND FIND_IN_SET(i.provider, \(providers.joined(separator: ",")))))
            """
        return requiresVerifiedEmail ? "\(condition) AND u.email_verified_at IS NOT NULL" : condition
    }
}

extension SignInRule {
    /// The rule of an installation.
    init(_ settings: DeclaredSettings) throws(UndeclaredSettings) {
        let settings = try settings(SignInSettings.self)
        self.init(requiresVerifiedEmail: settings.requiresVerifiedEmail, providers: settings.providers)
    }
}

extension UserRepository {
    /// Selects, of accounts whose rows are locked, those to which somebody can sign in.
    static func whereSomebodyCanSignIn(
        _ ids: [UInt64], by rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> [UInt64] {
        try db.all("SELECT u.id FROM users u WHERE u.id IN (\(list: ids)) AND \(rule.condition)")
    }

    /// Whether somebody can sign in to an account; if so, it stays so until the transaction ends.
    static func lockSharedUsable(
        _ publicID: UUID, by rule: SignInRule, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let id: UInt64? = try db.first(
            "SELECT u.id FROM users u WHERE u.public_id = \(publicID) AND \(rule.condition) LOCK IN SHARE MODE")
        return id != nil
    }
}
