/// When a failed delivery is tried again.
enum DeliverySchedule {
    /// The waits after each failed attempt. After the attempt that follows the last one, a delivery is dead.
    private static let waits: [Duration] = [
        .seconds(5), .seconds(30), .seconds(120), .seconds(900), .seconds(3600), .seconds(21_600), .seconds(86_400),
        .seconds(172_800),
    ]

    /// The number of attempts at a delivery.
    static let attempts = waits.count + 1

    /// The time from the first attempt to the last one, without jitter.
    static let span = waits.reduce(.zero, +)

    /// The longest wait that a receiver can ask for.
    private static let longestRetryAfter = Duration.seconds(86_400)

    /// The wait after an attempt, with a fifth of jitter either way, so deliveries that failed together do not return
    /// together. `nil` after the last attempt.
    /// - Parameters:
    ///   - attempt: counts from 1.
    ///   - retryAfter: the wait that the receiver asked for.
    static func wait(afterAttempt attempt: Int, retryAfter: Duration?) -> Duration? {
        guard waits.indices.contains(attempt - 1) else { return nil }
        let wait = waits[attempt - 1] * Double.random(in: 0.8...1.2)
        return max(wait, min(retryAfter ?? .zero, longestRetryAfter))
    }
}
