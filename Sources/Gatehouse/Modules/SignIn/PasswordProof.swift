import Web

/// Makes users prove that they know the password of an account. Wrong ones are counted like those of sign-ins.
struct PasswordProof: Sendable {
    let hasher: PasswordHasher
    let lockout: Lockout

    /// Compares a password with that of an account.
    /// - Throws: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `OVERLOADED`.
    func require(
        _ password: String, of found: UserRepository.Credentials, from source: Lockout.Source, _ call: Call
    ) throws {
        let verification = try lockout.verify(
            password, in: hasher.reserve(), against: found.passwordHash, of: found.user.emailKey, from: source,
            auditing: .passwordRefused, target: found.user.publicID, call)
        guard case .right = verification else { throw APIError(.invalidCredentials, "The password is wrong.") }
    }
}

extension PasswordProof {
    init(_ services: Services) throws {
        self.init(hasher: services.hasher, lockout: try Lockout(services))
    }
}
