import Database
import FoundationEssentials
import Web

/// An address and a password.
struct Credentials: RequestInput {
    let email: EmailAddress
    let password: String
    /// Whether the refresh token goes into a cookie instead of the body.
    let wantsCookie: Bool

    init(from input: inout Input) {
        email = input.required("email", .accountEmail)
        password = input.required("password", .password)
        wantsCookie = input.optional("cookie", .boolean) ?? false
    }

    static let exampleBody: JSON? = [
        "email": "user@example.com", "password": "correct horse battery staple", "cookie": false,
    ]
}

/// Signs users in with a password. An unknown address and a wrong password get the same answer in the same time.
struct Login {
    let hasher: PasswordHasher
    let lockout: Lockout
    let sessions: SessionStart

    private var policy: SignInPolicy { sessions.policy }
    private var devices: DeviceCookie { sessions.devices }

    /// The verified hash may be replaced meanwhile: by another sign-in that stores it with new settings, or by another
    /// password. Then the new hash is verified, once.
    func login(_ input: Credentials, _ call: Call) throws -> Answer<SignedIn> {
        try sessions.admit(wantsCookie: input.wantsCookie, call)
        for _ in 1...2 {
            if let answer = try signIn(input, call) { return answer }
        }
        throw APIError.retry(.overloaded, after: 1)
    }

    /// - Returns: `nil` if the verified hash is no longer current.
    private func signIn(_ input: Credentials, _ call: Call) throws -> Answer<SignedIn>? {
        let (found, rehashed) = try verify(input, call)
        try sessions.refuseUnusable(found.user, call)
        return try sessions.begin(
            of: found.user, rehashed ?? found.passwordHash, inCookie: input.wantsCookie, call
        ) { db in
            guard try UserRepository.lockIfUnchanged(found.user.id, passwordHash: found.passwordHash, in: db) else {
                return false
            }
            if let rehashed, let old = found.passwordHash {
                try UserRepository.replaceHash(found.user.id, old: old, new: rehashed, in: db)
            }
            return true
        }
    }

    /// The slot for a hash is taken before the account is looked up, so a refusal reveals nothing.
    /// - Returns: the account, and its hash with new settings if it was stored with others.
    /// - Throws: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `OVERLOADED`.
    private func verify(_ input: Credentials, _ call: Call) throws -> (UserRepository.Credentials, rehashed: String?) {
        let slot = try hasher.reserve()
        let emailKey = try UserRepository.key(of: input.email, in: call.db)
        let found = try UserRepository.findCredentials(emailKey: emailKey, in: call.db)
        let shown = found.flatMap { mustHide($0.user) ? nil : $0 }
        let verification = try lockout.verify(
            input.password, in: slot, against: shown?.passwordHash, of: emailKey, from: source(of: call, as: found),
            auditing: .loginFailed, target: found?.user.publicID, call)
        if let shown, case .right(let rehashed) = verification { return (shown, rehashed) }
        throw APIError(
            .invalidCredentials,
            policy.hidesAccountExistence
                ? "The e-mail address or the password is wrong, or the address is not verified yet." : nil)
    }

    /// If registration hides which addresses have accounts, a sign-in right after a registration must not reveal
    /// whether it made an account.
    private func mustHide(_ user: User) -> Bool {
        policy.hidesAccountExistence && user.emailVerifiedAt == nil
    }

    /// The cookie is checked for an unknown address too, so it takes as long.
    private func source(of call: Call, as found: UserRepository.Credentials?) throws -> Lockout.Source {
        try devices.device(in: call.request.headers, of: found?.user.publicID ?? .example, found?.state)
            .map { .device($0) } ?? .network(call.client.network)
    }
}
