import Database
import FoundationEssentials
import Web

/// The sessions to end, and whether to revoke the API keys too.
struct EndSessions: RequestInput {
    let isEverywhere: Bool
    let revokesAPIKeys: Bool
    let refreshToken: String?

    init(from input: inout Input) {
        isEverywhere =
            input.query(
                "everywhere", .boolean.described("Whether to end every session of the user.")) ?? false
        revokesAPIKeys =
            input.query(
                "revokeApiKeys",
                .boolean.described("Whether to revoke the API keys of the user too."))
            ?? false
        refreshToken = input.optional("refreshToken", Field.token.nullable) ?? nil
    }

    static let exampleBody: JSON? = ["refreshToken": .string("ghr_" + String(repeating: "A", count: 43))]
}

/// Ends the sessions that a request identifies, or all sessions of their users. Signing out must not depend on a token
/// that lives for minutes: anything that identifies a session is accepted, and the browser's cookie is removed in any
/// case.
struct Logout {
    let tokens: AccessTokens
    let keys: KeyRing
    let limits: Limits
    let publicURL: String
    let hooks: Hooks

    func logout(_ input: EndSessions, _ call: Call) throws -> Answer<NoContent> {
        let removal = HTTPFields([RefreshCookie.cookie.removal])
        do {
            let named = try sessions(input, call)
            guard try call.db.transaction({ db in try end(named, input, call, in: db) }) else {
                throw APIError(named.allSatisfy(\.isRevoked) ? .tokenRevoked : .tokenExpired)
            }
        } catch let error as APIError where error.code.status == .unauthorized {
            throw BearerToken.challenged(APIError(error.code, headers: removal))
        }
        return Answer(NoContent(), headers: removal)
    }

    /// The sessions that a request identifies: by its access token, a refresh token in its body, or its cookie.
    /// - Throws: `FORBIDDEN` for an API key, and for a cookie that a page of another origin sends with nothing else; if
    ///   nothing identifies a session, `UNAUTHORIZED` or `TOKEN_EXPIRED`.
    private func sessions(_ input: EndSessions, _ call: Call) throws -> [SessionReference] {
        let headers = call.request.headers
        var named: [SessionReference] = []
        var refusal: APIError?
        if headers[.authorization] != nil {
            do {
                try named += byAccessToken(evenIfExpired: !input.isEverywhere && !input.revokesAPIKeys, call)
            } catch let error as APIError where error.code.status == .unauthorized {
                refusal = error
            }
        }
        if let token = input.refreshToken { try named += byRefreshToken(token, call) }
        if let cookie = try RefreshCookie.cookie.read(headers) {
            do {
                try RefreshCookie.requireSameOrigin(headers, as: publicURL)
                try named += byRefreshToken(cookie, call)
            } catch let error as APIError {
                guard headers[.authorization] != nil || input.refreshToken != nil else { throw error }
            }
        }
        guard !named.isEmpty else { throw refusal ?? APIError(.unauthorized) }
        return named
    }

    /// The session of an access token. A token of a withdrawn key identifies none, since a thief of the key may have
    /// made it; an expired token may be of an expired key.
    private func byAccessToken(evenIfExpired: Bool, _ call: Call) throws -> [SessionReference] {
        if call.isAuthenticated {
            let caller = try call.signedIn
            return try [SessionRepository.named(caller.session, of: caller.user.publicID, in: call.db)].compactMap(
                \.self)
        }
        let token = try BearerToken.of(call.request.headers)
        let verified = try tokens.verify(token, evenIfExpired: evenIfExpired, in: call.db)
        let version = try AccessVersion.current(in: call.db)
        guard
            try keys.accepts(verified.kid, at: version, evenIfPast: evenIfExpired, now: Date(), in: call.db)
        else { throw APIError(.tokenRevoked) }
        return try [SessionRepository.named(verified.session, of: verified.user, in: call.db)].compactMap(\.self)
    }

    private func byRefreshToken(_ text: String, _ call: Call) throws -> [SessionReference] {
        guard let token = OpaqueToken(.refresh, text),
            let session = try RefreshTokenRepository.session(of: token, in: call.db)
        else {
            try limits.admitUnknownSession(call)
            return []
        }
        // With an access token the chain has counted the session.
        if !call.isAuthenticated { try limits.admit(session: session.publicID, call) }
        return [session]
    }

    /// - Returns: whether any of them was live.
    private func end(
        _ named: [SessionReference], _ input: EndSessions, _ call: Call, in db: Connection
    ) throws -> Bool {
        let isEverywhere = input.isEverywhere
        var hasEnded = false
        // Users are locked before their sessions.
        let holders = try input.revokesAPIKeys ? UserRepository.lock(named.map(\.userID), in: db) : []
        // In the order of their ids, like all code that locks several.
        for session in named.sorted(by: { $0.publicID < $1.publicID }) {
            let actor = AuditActor(session.userPublicID, session: session.publicID, from: call.origin)
            let wasLive =
                isEverywhere
                ? try SessionRepository.endEverywhere(
                    from: session.publicID, of: session.user, by: actor, telling: hooks, in: db)
                : try SessionRepository.end(
                    session.publicID, of: session.user, because: .logout, by: actor, telling: hooks, in: db)
            guard wasLive else { continue }
            if let holder = holders.first(where: { $0.id == session.userID }) {
                try APIKeyRevocation.revokeAll(of: holder.reference, by: actor, telling: hooks, in: db)
            }
            hasEnded = true
        }
        return hasEnded
    }
}
