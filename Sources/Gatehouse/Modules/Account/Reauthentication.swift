import Database
import FoundationEssentials
import Web

/// Makes a signed-in user authenticate again before a change that a borrowed session must not make: by the password,
/// or, if the account has none, by a recent sign-in (OWASP ASVS 3.7.1).
struct Reauthentication {
    let hasher: PasswordHasher
    let lockout: Lockout

    /// The maximum age of a sign-in that replaces the password, in minutes.
    static let recentMinutes = 5

    /// Checks the caller's proof.
    /// - Parameters:
    ///   - password: the password; `nil` if none was sent.
    ///   - field: its name in the request.
    /// - Returns: the checked account; a change must confirm that its hash is still current.
    /// - Throws: `INVALID_CREDENTIALS`, `FORBIDDEN`, `ACCOUNT_LOCKED`, `OVERLOADED`.
    func require(
        _ password: String?, as field: String, of caller: Caller, _ call: Call
    ) throws -> UserRepository.Credentials {
        let slot = try hasher.reserve()
        guard let found = try UserRepository.findCredentials(caller.user.id, in: call.db) else {
            throw APIError(.tokenRevoked)
        }
        guard let passwordHash = found.passwordHash else {
            guard try isRecent(caller, call) else {
                throw APIError(.forbidden, "Sign in again first: this needs a sign-in within the last 5 minutes.")
            }
            return found
        }
        guard let password else {
            throw APIError(.validation, details: [Fault(field, "required", "Is required.")])
        }
        let attempt = try lockout.reserve(found.user.emailKey, from: .session(caller.session), call)
        guard case .right = try slot.verify(password, against: passwordHash) else {
            try call.db.transaction { db in
                try call.audit(.passwordRefused, caller.user.publicID, in: db)
                try lockout.fail(attempt, target: caller.user.publicID, call, in: db)
            }
            throw APIError(.invalidCredentials, "The password is wrong.")
        }
        try lockout.refund(attempt, in: call.db)
        return found
    }

    /// Requires that the caller proved within the last minutes who they are, where a request takes no password.
    /// - Throws: `REAUTHENTICATION_REQUIRED`.
    func requireRecent(_ caller: Caller, _ call: Call) throws {
        guard try isRecent(caller, call) else { throw APIError(.reauthenticationRequired) }
    }

    private func isRecent(_ caller: Caller, _ call: Call) throws(DatabaseError) -> Bool {
        try SessionRepository.isRecent(
            caller.session, of: caller.user.id, minutes: Self.recentMinutes, in: call.db)
    }
}

extension ErrorCode {
    /// The caller's proof of who they are is too old for this.
    static let reauthenticationRequired = ErrorCode(
        "REAUTHENTICATION_REQUIRED", .forbidden,
        "Sign in again first: this needs a sign-in within the last \(Reauthentication.recentMinutes) minutes.")
}
