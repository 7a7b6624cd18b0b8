import Database
import FoundationEssentials
import Web

/// Begins sessions of users who have proved who they are, by whatever method.
struct SessionStart {
    let tokens: AccessTokens
    let devices: DeviceCookie
    let policy: SignInPolicy
    let hooks: Hooks

    init(_ services: Services) throws {
        tokens = services.tokens
        devices = DeviceCookie(masterKeys: services.masterKeys)
        policy = try SignInPolicy(services)
        hooks = services.hooks
    }

    /// Refuses a cookie to pages of other origins.
    /// - Throws: `FORBIDDEN`.
    func admit(wantsCookie: Bool, _ call: Call) throws {
        if wantsCookie { try RefreshCookie.requireSameOrigin(call.request.headers, as: policy.publicURL) }
    }

    /// Refuses a suspended or unverified account, now that the user has proved that it is theirs.
    /// - Parameter provider: the provider by which the user signs in, if any.
    /// - Throws: `ACCOUNT_SUSPENDED`, `EMAIL_NOT_VERIFIED`.
    func refuseUnusable(_ user: User, provider: String? = nil, _ call: Call) throws {
        let refusal: ErrorCode? =
            if user.status == .suspended {
                .accountSuspended
            } else if user.emailVerifiedAt == nil, policy.requiresVerifiedEmail {
                .emailNotVerified
            } else { nil }
        if let refusal { try refuse(user, with: APIError(refusal), provider, call) }
    }

    /// Begins a session.
    /// - Parameters:
    ///   - passwordHash: the current one, to which the mark of the device belongs.
    ///   - proofAge: the age of the proof in seconds; `nil` if it is unknown.
    ///   - provider: the provider by which the user signs in, if any.
    ///   - confirm: confirms in the transaction that the proof is still valid, and locks the user's row.
    /// - Returns: `nil` if the proof is no longer valid.
    /// - Throws: the error of a hook, which is audited.
    func begin(
        of user: User, _ passwordHash: String?, inCookie: Bool, proofAge: Int? = 0, provider: String? = nil,
        _ call: Call, confirm: (Connection) throws -> Bool
    ) throws -> Answer<SignedIn>? {
        let session = UUID.v7()
        let accessToken = try tokens.issue(user: user.publicID, session: session, role: user.role, in: call.db)
        let refreshToken = OpaqueToken(.refresh)
        do {
            let isConfirmed = try call.db.transaction { db in
                guard try confirm(db) else { return false }
                try UserRepository.noteUse(user.id, in: db)
                let id = try SessionRepository.insert(
                    session, of: user.reference, by: provider, proofAge: proofAge, from: call.origin, telling: hooks,
                    in: db)
                try RefreshTokenRepository.insert(refreshToken, session: id, parent: nil, in: db)
                return true
            }
            guard isConfirmed else { return nil }
        } catch let refusal as APIError {
            // The error of a hook, which rolled the session back.
            try refuse(user, with: refusal, provider, call)
        }
        var headers: HTTPFields = [:]
        if inCookie { headers.append(RefreshCookie.cookie.set(refreshToken.text)) }
        if try devices.device(in: call.request.headers, of: user.publicID, user.state(passwordHash)) == nil {
            headers.append(devices.issue(for: user.publicID, user.state(passwordHash)))
        }
        let inBody = inCookie ? nil : refreshToken.text
        return Answer(
            SignedIn(user: user, tokens: Tokens(accessToken: accessToken, refreshToken: inBody)), headers: headers)
    }

    /// Audits that a sign-in with a valid proof was refused.
    private func refuse(_ user: User, with refusal: APIError, _ provider: String?, _ call: Call) throws -> Never {
        var details = [JSON.Member("error", .string(refusal.code.name))]
        if let provider { details.append(JSON.Member("provider", .string(provider))) }
        try Audit.record(
            .loginRefused, by: .nobody(from: call.origin), target: user.publicID, details: details, in: call.db)
        throw refusal
    }
}
