import Web

/// What a limit said to one request.
struct RateLimitVerdict: Sendable {
    /// The limit's name.
    let policy: String
    let limit: RateLimit
    let isGranted: Bool
    /// How much of the quota is left.
    let remaining: Int
    /// Seconds until the whole quota is there again.
    let resetSeconds: Int
    /// Seconds until there is one unit more: after a refusal, until another attempt can be granted.
    let retrySeconds: Int

    /// - Parameter untilFull: microseconds that the bucket takes to be full, after this request.
    init(_ policy: String, _ limit: RateLimit, isGranted: Bool, untilFull: Int) {
        self.policy = policy
        self.limit = limit
        self.isGranted = isGranted
        let filled = max(0, limit.window - untilFull)
        remaining = filled / limit.interval
        resetSeconds = Self.seconds(untilFull)
        retrySeconds = max(1, Self.seconds(limit.interval - filled % limit.interval))
    }

    /// Whether less of this quota is left than of another, in proportion.
    func isNearer(than other: RateLimitVerdict) -> Bool {
        guard isGranted == other.isGranted else { return !isGranted }
        return Double(remaining) / Double(limit.count) < Double(other.remaining) / Double(other.limit.count)
    }

    /// The fields that tell a caller about it: those in wide use, those of draft-ietf-httpapi-ratelimit-headers-10, and, after a
    /// refusal, `Retry-After`.
    var headers: HTTPFields {
        var headers: HTTPFields = [
            .xRateLimitLimit: String(limit.count), .xRateLimitRemaining: String(remaining),
            .xRateLimitReset: String(resetSeconds),
            .rateLimitPolicy: "\"\(policy)\";q=\(limit.count);w=\(limit.period)",
            .rateLimit: "\"\(policy)\";r=\(remaining);t=\(resetSeconds == 0 ? 0 : retrySeconds)",
        ]
        if !isGranted { headers[.retryAfter] = String(retrySeconds) }
        return headers
    }

    private static func seconds(_ microseconds: Int) -> Int {
        (microseconds + 999_999) / 1_000_000
    }
}
