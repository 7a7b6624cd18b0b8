import Database
import Web

/// Makes the user of a mailed link prove that the account is theirs. The link proves who reads the mail, not who owns
/// the account: a stranger may have registered the reader's address, or changed their own account to it.
struct LinkProof: Sendable {
    let hasher: PasswordHasher
    let lockout: Lockout

    /// Compares a password with that of an account. Wrong ones are counted like those of sign-ins.
    /// - Throws: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `OVERLOADED`.
    func require(_ password: String, of found: UserRepository.Credentials, _ call: Call) throws {
        let slot = try hasher.reserve()
        let attempt = try lockout.reserve(found.user.emailKey, from: .network(call.client.network), call)
        guard case .right = try slot.verify(password, against: found.passwordHash) else {
            try call.db.transaction { db in
                try Audit.record(
                    .passwordRefused, by: .nobody(from: call.origin), target: found.user.publicID, in: db)
                try lockout.fail(attempt, target: found.user.publicID, call, in: db)
            }
            throw APIError(.invalidCredentials, "The password is wrong.")
        }
        try lockout.refund(attempt, in: call.db)
    }
}
