import FoundationEssentials
import Primitives
import Web

/// When a failed delivery is tried again.
enum DeliverySchedule {
    /// The waits after each failed attempt. After the attempt that follows the last one, a delivery is dead.
    private static let waits: [Duration] = [
        .seconds(5), .seconds(30), .seconds(120), .seconds(900), .seconds(3600), .seconds(21_600), .seconds(86_400),
        .seconds(172_800),
    ]

    /// The number of attempts at a delivery.
    static let attempts = waits.count + 1

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

/// The header field `Retry-After` (RFC 9110, section 10.2.3).
enum RetryAfter {
    /// The wait that a field asks for; `nil` if it cannot be read.
    static func parse(_ field: String, at now: Date = Date()) -> Duration? {
        if let seconds = UInt32(field) { return .seconds(Int(seconds)) }
        guard let date = date(field) else { return nil }
        return .seconds(max(0, date.timeIntervalSince(now)))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// A date in the form that senders must use, `Sun, 06 Nov 1994 08:49:37 GMT` (section 5.6.7).
    private static func date(_ field: String) -> Date? {
        let words = field.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            let month = months.firstIndex(where: { $0 == words[2] }).map({ $0 + 1 }), (1970...9999).contains(year),
            (1...GregorianDay.days(in: month, of: year)).contains(day)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let days = GregorianDay.number(of: year, month, day) - GregorianDay.unixEpoch
        return Date(timeIntervalSince1970: Double(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]))
    }
}
