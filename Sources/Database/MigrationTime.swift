import Primitives

/// The time with which the name of a migration begins, such as `20260131120000`, in UTC.
package struct MigrationTime: Comparable, CustomStringConvertible {
    /// Days of `GregorianDay`, in seconds, and the seconds of the day.
    private let seconds: Int

    /// Reads the form `yyyymmddhhmmss`; `nil` if it is not a time.
    package init?(_ digits: some StringProtocol) {
        let digits = digits.utf8.map { Int($0) - Int(UInt8(ascii: "0")) }
        guard digits.count == 14, digits.allSatisfy((0...9).contains) else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { 10 * $0 + $1 } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard year > 0, 1...12 ~= month, 1...GregorianDay.days(in: month, of: year) ~= day,
            hour < 24, minute < 60, second < 60
        else { return nil }
        seconds = GregorianDay.number(of: year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    private init(seconds: Int) {
        self.seconds = seconds
    }

    /// One second later; the year 9999 has an end.
    package var next: MigrationTime? {
        GregorianDay(number: (seconds + 1) / 86_400).year > 9999 ? nil : MigrationTime(seconds: seconds + 1)
    }

    /// The form `yyyymmddhhmmss`.
    package var description: String {
        let day = GregorianDay(number: seconds / 86_400)
        let parts = [
            (day.year, 4), (day.month, 2), (day.day, 2), (seconds / 3600 % 24, 2), (seconds / 60 % 60, 2),
            (seconds % 60, 2),
        ]
        return parts.map { number, width in
            String(repeating: "0", count: width - String(number).count) + String(number)
        }.joined()
    }

    package static func < (earlier: MigrationTime, later: MigrationTime) -> Bool {
        earlier.seconds < later.seconds
    }
}
