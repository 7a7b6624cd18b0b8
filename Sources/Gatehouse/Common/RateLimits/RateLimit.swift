/// A rate limit: `count` uses at once, and `count` more, evenly spread, in each `period`.
package struct RateLimit: Sendable, Equatable, CustomStringConvertible {
    /// The number of uses.
    package let count: Int
    /// The period in seconds.
    package let period: Int

    init(count: Int, period: Int) {
        self.count = count
        self.period = period
    }

    /// Reads `1000/1h`; the units are s, m, h and d. `nil` unless the count is 1 to 1,000,000,000 and the period 1 s to
    /// 30 d.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Self.number(parts[0]), (1...1_000_000_000).contains(count),
            let unit = parts[1].last.flatMap({ letter in Self.units.first { $0.letter == letter } }),
            let number = Self.number(parts[1].dropLast()), number <= Self.longest / unit.seconds
        else { return nil }
        self.init(count: count, period: number * unit.seconds)
    }

    /// The form in the settings, such as `5/15m`.
    package var description: String {
        let unit = Self.units.first { period.isMultiple(of: $0.seconds) } ?? Self.units[Self.units.count - 1]
        return "\(count)/\(period / unit.seconds)\(unit.letter)"
    }

    /// 30 days, in seconds.
    private static let longest = 30 * 86_400
    private static let units: [(letter: Character, seconds: Int)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

    /// A number from 1 without sign or leading zeros.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), text.first != "0" else {
            return nil
        }
        return Int(text)
    }
}

extension RateLimit {
    /// The time in which one unit of the quota is restored, in microseconds.
    var interval: Int { max(1, period * 1_000_000 / count) }

    /// The time in which the whole quota is restored, in microseconds.
    var window: Int { interval * count }

    /// The tolerated difference between the clocks of counting processes, in microseconds.
    static let clockSkew = 60_000_000

    /// Applies the generic cell rate algorithm (ITU-T I.371, annex A.1) to one more request. The whole state of a
    /// bucket is the time until it is full.
    /// - Parameter untilFull: the time in microseconds; an impossible value, longer than an empty bucket takes, counts
    ///   as full, so a clock that was set back locks nobody out.
    /// - Returns: whether the request is granted, and the new time until the bucket is full.
    func take(untilFull: Int) -> (isGranted: Bool, untilFull: Int) {
        let before = untilFull > window + Self.clockSkew ? 0 : min(max(0, untilFull), window)
        let after = before + interval
        return after <= window ? (true, after) : (false, before)
    }
}

extension SettingKind where Value == RateLimit {
    static let rateLimit = SettingKind(
        expectation: "a number and a period such as 100/1h, with the units s, m, h and d",
        standIn: RateLimit(count: 1, period: 1), parse: RateLimit.init)
}
