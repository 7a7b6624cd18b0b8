import Database
import FoundationEssentials
import Web

/// The limits for callers. The cheap limits are counted in memory that the processes of a machine share, or in Redis;
/// those that protect accounts are counted in the database, where they are exact and outlast a restart.
public struct Limits: Sendable {
    let settings: LimitSettings
    /// `nil` if all limits are lifted.
    let limiter: RateLimiter?
    /// The codes of subjects, also if limits are lifted.
    let codes: LimitCodes
    /// The counters of refusals; `nil` to count none.
    var refusals: RefusalCounts?

    /// The names of the limits for callers and metrics.
    static let policies = [
        "standard", "search", "anonymous", "authentication", "session", "session-address", "expensive", "email",
        "failures", "one-at-a-time",
    ]

    /// Counts a request against the tier of its route.
    /// - Throws: `RATE_LIMITED`.
    func admit(_ route: Route, _ call: Call) throws {
        switch route.tier {
        case .standard: try admitStandard(route, call)
        case .anonymous: try admitAnonymous(call)
        case .authentication, .emailSending:
            let subject = "address \(call.client.subscriber) \(route.method.rawValue) \(route.pattern)"
            try admit("authentication", settings.authentication, subject, call)
        case .session:
            // Without a caller, the session is unknown until the handler has looked up the refresh token; until then
            // the address counts.
            guard call.isAuthenticated else {
                let subject = RateLimiter.Subject.words("sessions of address \(call.client.subscriber)")
                return try admitCheap("session-address", settings.sessionAddress, subject, call)
            }
            guard let session = try call.principal.session else { return try admitStandard(route, call) }
            try admit(session: session, call)
        case .expensive:
            try admit("expensive", settings.expensive, subject(call.principal).text, call)
        case .unlimited: break
        }
    }

    /// Counts a request against the anonymous limit of its address.
    func admitAnonymous(_ call: Call) throws(APIError) {
        try admitCheap("anonymous", settings.anonymous, .words("address \(call.client.subscriber)"), call)
    }

    /// Counts a use of a session.
    func admit(session: UUID, _ call: Call) throws(APIError) {
        try admitCheap("session", settings.session, .session(session), call)
    }

    /// Counts a use of an unknown refresh token.
    func admitUnknownSession(_ call: Call) throws(APIError) {
        let subject = RateLimiter.Subject.words("unknown session of \(call.client.subscriber)")
        try admitCheap("session", settings.unknownSession, subject, call)
    }

    /// Counts a mail to an address, whether or not it has an account. Routes count separately, so requests for mails of
    /// one kind do not block those of another kind.
    /// - Throws: `RATE_LIMITED`.
    public func admitMail(to address: EmailAddress, _ call: Call) throws {
        try admit("email", settings.email, "mail to \(address.key) by \(call.pattern ?? "")", call)
    }

    private func admitStandard(_ route: Route, _ call: Call) throws(APIError) {
        guard let limiter else { return }
        let caller = subject(try call.principal)
        var buckets = [limiter.bucket("standard", settings.standard, of: caller)]
        if call.request.hasParameter("q") { buckets.append(limiter.bucket("search", settings.search, of: caller)) }
        for verdict in limiter.take(buckets) { try require(verdict, call) }
    }

    /// The counted subject: an API key counts separately from its user, so a stolen key cannot use up the requests that
    /// its owner needs to replace it.
    private func subject(_ principal: Principal) -> RateLimiter.Subject {
        principal.apiKey.map { .apiKey($0) } ?? .user(principal.publicID)
    }

    private func admitCheap(
        _ policy: String, _ limit: RateLimit, _ subject: RateLimiter.Subject, _ call: Call
    ) throws(APIError) {
        guard let limiter else { return }
        for verdict in limiter.take([limiter.bucket(policy, limit, of: subject)]) { try require(verdict, call) }
    }

    private func admit(_ policy: String, _ limit: RateLimit, _ subject: String, _ call: Call) throws {
        guard let verdict = try take(policy, limit, from: policy, of: subject, in: call.db) else { return }
        try require(verdict, call)
    }

    private func require(_ verdict: RateLimitVerdict, _ call: Call) throws(APIError) {
        call.note(verdict)
        guard verdict.isGranted else {
            refusals?.record(verdict.policy)
            throw APIError(.rateLimited)
        }
    }
}

extension Limits {
    /// Takes one unit of a limit that is counted in the database.
    /// - Parameters:
    ///   - source: the origin of the request; each source of a subject has its own bucket.
    ///   - subject: the counted subject.
    /// - Returns: `nil` if limits are lifted.
    func take(
        _ policy: String, _ limit: RateLimit, from source: String, of subject: String, in db: Connection
    ) throws -> RateLimitVerdict? {
        guard let limiter else { return nil }
        return try RateLimitRepository.take(
            limiter.key(policy, from: source, of: subject), limit, policy: policy, in: db)
    }

    /// Takes one unit for an attempt that may fail.
    /// - Returns: `nil` if limits are lifted.
    func reserve(
        _ policy: String, _ limit: RateLimit, from source: String, of subject: String, in db: Connection
    ) throws -> RateLimitRepository.Reservation? {
        guard let limiter else { return nil }
        return try RateLimitRepository.reserve(
            limiter.key(policy, from: source, of: subject), limit, policy: policy, in: db)
    }

    /// Records that an attempt failed.
    /// - Returns: the rest that failures leave; `nil` if limits are lifted.
    func fail(
        _ policy: String, _ limit: RateLimit, from source: String, of subject: String, in db: Connection
    ) throws -> RateLimitVerdict? {
        guard let limiter else { return nil }
        return try RateLimitRepository.fail(
            limiter.key(policy, from: source, of: subject), limit, policy: policy, in: db)
    }

    /// Returns one unit.
    func giveBack(
        _ policy: String, _ limit: RateLimit, from source: String, of subject: String, in db: Connection
    ) throws {
        guard let limiter else { return }
        try RateLimitRepository.giveBack(limiter.key(policy, from: source, of: subject), limit, in: db)
    }

    /// Clears the counts of a subject, even if limits are lifted: commands count nothing.
    func forget(_ subject: String, in db: Connection) throws(DatabaseError) {
        try RateLimitRepository.forget(codes.code(subject), in: db)
    }
}
