import Database
import FoundationEssentials
import Web

/// The token to exchange; without one, or with `null`, the cookie counts.
struct RefreshInput: RequestInput {
    let refreshToken: String?

    init(from input: inout Input) {
        refreshToken = input.optional("refreshToken", Field.token.nullable) ?? nil
    }

    static let exampleBody: JSON? = ["refreshToken": .string("ghr_" + String(repeating: "A", count: 43))]
}

/// Exchanges a refresh token for the next one. Any number of concurrent uses leads to exactly one successor; the same
/// token sent again within the grace gets that successor, as long as it is unused; later it counts as reuse, and ends
/// the session.
struct Refresh {
    let tokens: AccessTokens
    let limits: Limits
    let policy: SignInPolicy
    let hooks: Hooks

    /// The outcome of a rotation. Refusals are values, so their records are committed before they are thrown.
    private enum Outcome {
        case next(OpaqueToken)
        /// - Parameter isOver: whether the session of the token has ended.
        case refused(ErrorCode, isOver: Bool = true)
    }

    func refresh(_ input: RefreshInput, _ call: Call) throws -> Answer<Refreshed> {
        let isCookie = input.refreshToken == nil
        let presented = try input.refreshToken ?? cookie(of: call.request)
        guard let token = OpaqueToken(.refresh, presented),
            let known = try RefreshTokenRepository.find(token, in: call.db)
        else {
            try limits.admitUnknownSession(call)
            throw refusal(.unauthorized, isOver: isCookie)
        }
        try limits.admit(session: known.session, call)
        switch try call.db.transaction({ db in try rotate(token, known, call, in: db) }) {
        case .refused(let code, let isOver): throw refusal(code, isOver: isCookie && isOver)
        case .next(let successor):
            let accessToken = try tokens.issue(
                user: known.user, session: known.session, role: known.role, at: known.accessVersion, in: call.db)
            return Answer(
                Refreshed(tokens: Tokens(accessToken: accessToken, refreshToken: isCookie ? nil : successor.text)),
                headers: isCookie ? HTTPFields([RefreshCookie.cookie.set(successor.text)]) : [:])
        }
    }

    /// A refusal; if it says that the session of a cookie has ended, it removes the cookie.
    private func refusal(_ code: ErrorCode, isOver: Bool) -> APIError {
        APIError(code, headers: isOver ? HTTPFields([RefreshCookie.cookie.removal]) : [:])
    }

    private func cookie(of request: Request) throws(APIError) -> String {
        guard let cookie = try RefreshCookie.cookie.read(request.headers) else { throw APIError(.unauthorized) }
        try RefreshCookie.requireSameOrigin(request.headers, as: policy.publicURL)
        return cookie
    }

    /// Suspending or deleting a user ends the sessions in the same transaction, so a session that is live once it is
    /// locked belongs to an active user.
    private func rotate(
        _ presented: OpaqueToken, _ known: PresentedToken, _ call: Call, in db: Connection
    ) throws -> Outcome {
        guard let token = try RefreshTokenRepository.lock(known, grace: policy.refreshGrace, in: db) else {
            return .refused(.unauthorized)
        }
        guard !token.isSessionRevoked, known.isUserActive else { return .refused(.tokenRevoked) }
        if !token.isSessionLive { return .refused(.tokenExpired) }

        if !token.isUsed {
            if token.isExpired { return .refused(.tokenExpired) }
            let successor = OpaqueToken(.refresh)
            try RefreshTokenRepository.insert(successor, session: known.sessionID, parent: token.id, in: db)
            try RefreshTokenRepository.markUsed(
                token, successorSealed: SuccessorSeal.seal(successor, under: presented), in: db)
            if token.isSessionStale { try SessionRepository.touch(known.sessionID, in: db) }
            try Audit.record(
                .tokenRefreshed, by: AuditActor(known.user, session: known.session, from: call.origin),
                target: known.user, in: db)
            return .next(successor)
        }
        if token.isInGrace {
            guard !token.isSuccessorUsed, let sealed = token.successorSealed,
                let successor = try SuccessorSeal.open(sealed, under: presented)
            else { return .refused(.tokenReused, isOver: false) }
            return .next(successor)
        }
        _ = try SessionRepository.end(
            known.session, of: UserReference(id: known.userID, publicID: known.user), because: .reuse,
            by: AuditActor(known.user, session: known.session, from: call.origin), telling: hooks, in: db)
        try JobQueue.enqueue(
            SendReuseNotice(userID: known.userID, session: known.session, time: Date()), in: db)
        return .refused(.tokenReused)
    }
}

/// Tells a user that a session was ended because an old refresh token was used again.
struct SendReuseNotice: Job {
    static let kind = "auth.send_reuse_notice"

    let userID: UInt64
    /// The session that was ended. Missing in jobs of an earlier version.
    let session: UUID?
    let time: Date

    var subjects: [JobSubject] { [.user(userID)] }

    func run(_ context: JobContext) throws {
        guard let user = try UserRepository.find(userID, in: context.db), let recipient = MailRecipient(user) else {
            return
        }
        let session = try session.flatMap { try SessionRepository.find($0, of: userID, in: context.db) }
        try context.send(
            .sessionRevokedAfterReuse(
                device: session.flatMap { Device(userAgent: $0.userAgent).inMails }, since: session?.createdAt,
                when: time, resetPage: context.resetPage),
            to: recipient)
    }
}
