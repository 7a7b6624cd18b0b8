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

/// Signs users in by password. An unknown address and a wrong password get the same answer in the same time.
struct Login {
    let hasher: PasswordHasher
    let tokens: AccessTokens
    let lockout: Lockout
    let devices: DeviceCookie
    let policy: SignInPolicy
    let hooks: Hooks

    /// The verified hash may be replaced meanwhile: by another sign-in that stores it with new settings, or by another
    /// password. Then the new hash is verified, once.
    func login(_ input: Credentials, _ call: Call) throws -> Answer<SignedIn> {
        if input.wantsCookie { try RefreshCookie.requireSameOrigin(call.request.headers, as: policy.publicURL) }
        for _ in 1...2 {
            if let answer = try signIn(input, call) { return answer }
        }
        throw APIError.retry(.overloaded, after: 1)
    }

    /// - Returns: `nil` if the verified hash is no longer current.
    private func signIn(_ input: Credentials, _ call: Call) throws -> Answer<SignedIn>? {
        let (found, rehashed) = try verify(input, call)
        try refuseUnusable(found.user, call)

        let session = UUID.v7()
        let accessToken = try tokens.issue(
            user: found.user.publicID, session: session, role: found.user.role, in: call.db)
        let refreshToken = OpaqueToken(.refresh)
        do {
            guard try start(session, with: refreshToken, for: found, rehashed, call) else { return nil }
        } catch let refusal as APIError {
            // The error of a hook, which rolled the session back.
            try refuse(found.user, with: refusal, call)
        }

        var headers: HTTPFields = [:]
        if input.wantsCookie { headers.append(RefreshCookie.cookie.set(refreshToken.text)) }
        let stored = rehashed ?? found.passwordHash
        if try devices.device(in: call.request.headers, of: found.user.publicID, stored) == nil {
            headers.append(devices.issue(for: found.user.publicID, stored))
        }
        let inBody = input.wantsCookie ? nil : refreshToken.text
        return Answer(
            SignedIn(user: found.user, tokens: Tokens(accessToken: accessToken, refreshToken: inBody)), headers: headers
        )
    }

    /// The slot for a hash is taken before the account is looked up, so a refusal reveals nothing.
    /// - Returns: the account, and its hash with new settings if it was stored with others.
    /// - Throws: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `OVERLOADED`.
    private func verify(_ input: Credentials, _ call: Call) throws -> (UserRepository.Credentials, rehashed: String?) {
        let slot = try hasher.reserve()
        let emailKey = try UserRepository.key(of: input.email, in: call.db)
        let found = try UserRepository.findCredentials(emailKey: emailKey, in: call.db)
        let attempt = try lockout.reserve(emailKey, from: try source(of: call, as: found), call)
        if case .right(let rehashed) = try slot.verify(input.password, against: found?.passwordHash), let found,
            !mustHide(found.user)
        {
            try lockout.refund(attempt, in: call.db)
            return (found, rehashed)
        }
        try call.db.transaction { db in
            try Audit.record(
                .loginFailed, by: .nobody(from: call.origin), target: found?.user.publicID, in: db)
            try lockout.fail(attempt, target: found?.user.publicID, call, in: db)
        }
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
        try devices.device(in: call.request.headers, of: found?.user.publicID ?? .example, found?.passwordHash)
            .map { .device($0) } ?? .network(call.client.network)
    }

    /// Refuses a suspended or unverified account, now that the password was right.
    private func refuseUnusable(_ user: User, _ call: Call) throws {
        let refusal: ErrorCode? =
            if user.status == .suspended {
                .accountSuspended
            } else if user.emailVerifiedAt == nil, policy.requiresVerifiedEmail {
                .emailNotVerified
            } else { nil }
        if let refusal { try refuse(user, with: APIError(refusal), call) }
    }

    /// Audits that a sign-in with the right password was refused.
    private func refuse(_ user: User, with refusal: APIError, _ call: Call) throws -> Never {
        try Audit.record(.loginRefused, by: .nobody(from: call.origin), target: user.publicID, in: call.db)
        throw refusal
    }

    private func start(
        _ session: UUID, with refreshToken: OpaqueToken, for found: UserRepository.Credentials, _ rehashed: String?,
        _ call: Call
    ) throws -> Bool {
        try call.db.transaction { db in
            guard try UserRepository.lockIfUnchanged(found.user.id, passwordHash: found.passwordHash, in: db) else {
                return false
            }
            try UserRepository.noteUse(found.user.id, in: db)
            let id = try SessionRepository.insert(
                session, of: found.user.reference, from: call.origin, telling: hooks, in: db)
            try RefreshTokenRepository.insert(refreshToken, session: id, parent: nil, in: db)
            if let rehashed, let old = found.passwordHash {
                try UserRepository.replaceHash(found.user.id, old: old, new: rehashed, in: db)
            }
            let actor = AuditActor(found.user.publicID, session: session, from: call.origin)
            try Audit.record(.loginSucceeded, by: actor, target: found.user.publicID, in: db)
            return true
        }
    }
}
