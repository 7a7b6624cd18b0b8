import Web

/// The verdict of a limit on one request.
struct RateLimitVerdict: Sendable {
    /// The limit's name.
    let policy: String
    let limit: RateLimit
    let isGranted: Bool
    /// The rest of the quota.
    let remaining: Int
    /// Seconds until the quota is full again.
    let resetSeconds: Int
    /// Seconds until one more unit is available: after a refusal, until another attempt can be granted.
    let retrySeconds: Int

    /// - Parameter untilFull: the time until the bucket is full after this request, in microseconds.
    init(_ policy: String, _ limit: RateLimit, isGranted: Bool, untilFull: Int) {
        self.policy = policy
        self.limit = limit
        self.isGranted = isGranted
        let filled = max(0, limit.window - untilFull)
        remaining = filled / limit.interval
        resetSeconds = Self.seconds(untilFull)
        retrySeconds = max(1, Self.seconds(limit.interval - filled % limit.interval))
    }

    /// Whether the remaining part of this quota is smaller than that of another.
    func isNearer(than other: RateLimitVerdict) -> Bool {
        guard isGranted == other.isGranted else { return !isGranted }
        return Double(remaining) / Double(limit.count) < Double(other.remaining) / Double(other.limit.count)
    }

    /// Adds the header fields of the verdict: those in wide use, those of draft-ietf-httpapi-ratelimit-headers-10, and,
    /// after a refusal, `Retry-After`.
    func write(to headers: inout HTTPFields) {
        headers.append(.xRateLimitLimit, limit.count)
        headers.append(.xRateLimitRemaining, remaining)
        headers.append(.xRateLimitReset, resetSeconds)
        append(.rateLimitPolicy, ";q=", limit.count, ";w=", limit.period, to: &headers)
        append(.rateLimit, ";r=", remaining, ";t=", resetSeconds == 0 ? 0 : retrySeconds, to: &headers)
        if !isGranted { headers[.retryAfter] = String(retrySeconds) }
    }

    /// The policy's name and two parameters (RFC 9651, section 3.3).
    private func append(
        _ name: HTTPFieldName, _ first: StaticString, _ number: Int, _ second: StaticString, _ other: Int,
        to headers: inout HTTPFields
    ) {
        headers.append(name, length: policy.utf8.count + 48) { value in
            value.append(UInt8(ascii: "\""))
            value.append(text: policy)
            value.append(UInt8(ascii: "\""))
            value.append(first)
            value.append(decimal: number)
            value.append(second)
            value.append(decimal: other)
        }
    }

    private static func seconds(_ microseconds: Int) -> Int {
        (microseconds + 999_999) / 1_000_000
    }
}
