import Database
import FoundationEssentials
import Web

/// Has a signed-in user prove who they are before a change that a borrowed session must not make: by the password, or,
/// where the account has none, by having signed in a moment ago (OWASP ASVS 3.7.1).
struct Reauthentication {
    let hasher: PasswordHasher
    let lockout: Lockout

    /// How long ago a sign-in may be that stands for a password, in minutes.
    static let recentMinutes = 5

    /// Checks what the caller gave.
    /// - Parameters:
    ///   - password: `nil` where none was sent.
    ///   - field: what the request calls it.
    /// - Returns: the account as it was checked; a change confirms that its hash still stands.
    /// - Throws: `INVALID_CREDENTIALS`, `FORBIDDEN`, `ACCOUNT_LOCKED`, `OVERLOADED`.
    func require(
        _ password: String?, as field: String, of caller: Caller, _ call: Call
    ) throws -> UserRepository.Credentials {
        let slot = try hasher.reserve()
        guard let found = try UserRepository.findCredentials(caller.user.id, in: call.db) else {
            throw APIError(.tokenRevoked)
        }
        guard let passwordHash = found.passwordHash else {
            guard
                try SessionRepository.isRecent(
                    caller.session, of: caller.user.id, minutes: Self.recentMinutes, in: call.db)
            else { throw APIError(.forbidden, "Sign in again first: this needs a sign-in of the last 5 minutes.") }
            return found
        }
        guard let password else {
            throw APIError(.validation, details: [Fault(field, "required", "Is required.")])
        }
        let attempt = try lockout.reserve(found.user.emailKey, from: .session(caller.session), call)
        guard case .right = try slot.verify(password, against: passwordHash) else {
            try call.db.transaction { db in
                try Audit.record(
                    .passwordRefused, actor: caller.user.publicID, target: caller.user.publicID,
                    session: caller.session,
                    from: call.origin, in: db)
                try lockout.fail(attempt, target: caller.user.publicID, call, in: db)
            }
            throw APIError(.invalidCredentials, "The password is wrong.")
        }
        try lockout.refund(attempt, in: call.db)
        return found
    }
}
