import CHiredis
import FoundationEssentials
import Glibc
import Logging
import Threads
import Web

/// Buckets in Redis, for the processes of several machines: one round trip for all buckets of a request, by Redis' own
/// clock. If Redis does not answer, it is not asked again for a second.
final class RedisStore: Sendable {
    private let address: RedisAddress
    private let log: Logger
    private let state = Lock(State())

    private struct State {
        /// Connections that no thread uses at the moment.
        var idle: [RedisConnection] = []
        var nextAttempt: ContinuousClock.Instant?
        var nextWarning: ContinuousClock.Instant?
    }

    /// The pause after a failure.
    private static let pause = Duration.seconds(1)
    /// The minimum time between two logged failures.
    private static let warningInterval = Duration.seconds(60)

    init(_ address: RedisAddress, log: Logger) {
        self.address = address
        self.log = log
    }

    /// Takes one unit of every bucket, or of none if one is empty.
    /// - Returns: `nil` if Redis does not answer.
    func take(_ buckets: [RateLimiter.Bucket]) -> [RateLimitVerdict]? {
        guard let connection = lend() else { return nil }
        do {
            let connection = try connection.opened(at: address)
            let verdicts = try Self.verdicts(connection.run(Self.script, Self.arguments(buckets)), buckets)
            state.withLock { state in
                state.idle.append(connection)
                state.nextAttempt = nil
            }
            return verdicts
        } catch {
            giveUp(because: error)
            return nil
        }
    }

    private func lend() -> RedisConnection? {
        state.withLock { state in
            if let nextAttempt = state.nextAttempt {
                guard nextAttempt <= .now else { return nil }
                // One thread tries; the others do not ask until it knows the result.
                state.nextAttempt = .now + Self.pause
            }
            return state.idle.popLast() ?? RedisConnection()
        }
    }

    private func giveUp(because reason: any Error) {
        let isTimeToWarn = state.withLock { state in
            let now = ContinuousClock.now
            state.idle = []
            state.nextAttempt = now + Self.pause
            if let nextWarning = state.nextWarning, now < nextWarning { return false }
            state.nextWarning = now + Self.warningInterval
            return true
        }
        if isTimeToWarn {
            log.warning("limits are counted on this machine alone", metadata: ["reason": "\(reason)"])
        }
    }

    private static func arguments(_ buckets: [RateLimiter.Bucket]) -> [String] {
        [String(buckets.count)] + buckets.map { "gatehouse:limit:" + Base64URL.encode($0.key) }
            + buckets.flatMap { [String($0.limit.interval), String($0.limit.window)] }
    }

    static func verdicts(
        _ numbers: [Int], _ buckets: [RateLimiter.Bucket]
    ) throws(RedisConnection.Failure) -> [RateLimitVerdict] {
        var verdicts: [RateLimitVerdict] = []
        for (index, bucket) in buckets.enumerated() where numbers.count == 2 * buckets.count {
            let (granted, untilFull) = (numbers[2 * index], numbers[2 * index + 1])
            // Impossible values are not an answer of the script.
            guard (0...1).contains(granted), (0...bucket.limit.window).contains(untilFull) else { break }
            verdicts.append(
                RateLimitVerdict(bucket.policy, bucket.limit, isGranted: granted == 1, untilFull: untilFull))
        }
        guard verdicts.count == buckets.count else { throw RedisConnection.Failure("its answer is not valid") }
        return verdicts
    }

    /// `RateLimit.take` for each key; returns whether each would have been granted, and its time until it is full.
    /// Microseconds since 1970 are exact in Lua's numbers, which are 64-bit floating point.
    private static let script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local waits, answer, granted = {}, {}, true
        for i, key in ipairs(KEYS) do
          local interval, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
          local wait = math.max(0, tonumber(redis.call('GET', key) or now) - now)
          wait = wait > window + 60000000 and 0 or math.min(wait, window)
          waits[i] = wait
          answer[2 * i - 1] = wait + interval <= window and 1 or 0
          if wait + interval > window then granted = false end
        end
        for i, key in ipairs(KEYS) do
          if granted then
            waits[i] = waits[i] + tonumber(ARGV[2 * i - 1])
            redis.call('SET', key, string.format('%.0f', now + waits[i]), 'PX', math.ceil(waits[i] / 1000))
          end
          answer[2 * i] = waits[i]
        end
        return answer
        """
}
