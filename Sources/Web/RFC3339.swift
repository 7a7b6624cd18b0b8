public import FoundationEssentials
import Primitives

extension Date {
    /// RFC 3339 in UTC with milliseconds and `Z`; further digits are cut off. Times outside of the years 1 to 9999 are
    /// written as the beginning or end of this range.
    public var rfc3339: String {
        var text: [UInt8] = []
        text.append(length: 24) { $0.append(rfc3339: self) }
        return String(decoding: text, as: UTF8.self)
    }
}

extension ByteWriter {
    /// Appends a time in the form of `Date.rfc3339`.
    mutating func append(rfc3339 time: Date) {
        let time = RFC3339(time)
        append(digits: time.date.year / 100)
        append(digits: time.date.year % 100)
        append(UInt8(ascii: "-"))
        append(digits: time.date.month)
        append(UInt8(ascii: "-"))
        append(digits: time.date.day)
        append(UInt8(ascii: "T"))
        append(digits: time.secondOfDay / 3600)
        append(UInt8(ascii: ":"))
        append(digits: time.secondOfDay / 60 % 60)
        append(UInt8(ascii: ":"))
        append(digits: time.secondOfDay % 60)
        append(UInt8(ascii: "."))
        append(digit: UInt(bitPattern: time.millisecond / 100))
        append(digits: time.millisecond % 100)
        append(UInt8(ascii: "Z"))
    }

    /// Appends two digits.
    private mutating func append(digits number: Int) {
        append(digit: UInt(bitPattern: number / 10))
        append(digit: UInt(bitPattern: number % 10))
    }
}

/// The parts of a time in RFC 3339, section 5.6: in UTC, by the proleptic Gregorian calendar.
struct RFC3339 {
    let date: GregorianDay
    let secondOfDay: Int
    let millisecond: Int

    /// Splits a time into its parts.
    init(_ date: Date) {
        // As a Double, half of all milliseconds are a little too small, and would be cut off. Adding half a
        // microsecond, the last digit of the database, preserves them.
        let time = date.timeIntervalSinceReferenceDate + 0.000_000_5
        // In this order of arguments, NaN counts as the first time.
        let seconds = min(max(Self.first, time.rounded(.down)), Self.last)
        let fraction = max(0, min(time - seconds, 0.999))
        let (days, second) = Int(seconds - Self.first).quotientAndRemainder(dividingBy: 86_400)
        self.date = GregorianDay(number: days + GregorianDay.first)
        secondOfDay = second
        millisecond = Int(fraction * 1000)
    }

    /// 0001-01-01T00:00:00Z, in seconds since 2001.
    private static let first = -63_113_904_000.0
    /// 9999-12-31T23:59:59Z, in seconds since 2001.
    private static let last = 252_423_993_599.0
}

// MARK: - Reading

extension RFC3339 {
    /// Parses a text; `nil` if it is not a time.
    static func parse(_ text: String) -> Date? {
        var rest = text.utf8[...]
        guard let year = number(4, &rest), take("-", &rest), let month = number(2, &rest), take("-", &rest),
            let day = number(2, &rest), take("Tt", &rest), let hour = number(2, &rest), take(":", &rest),
            let minute = number(2, &rest), take(":", &rest), let second = number(2, &rest),
            let fraction = fraction(&rest), let offset = offset(&rest), rest.isEmpty,
            (1...12).contains(month), (1...GregorianDay.days(in: month, of: year)).contains(day), hour < 24,
            minute < 60,
            second < 61  // a leap second
        else { return nil }
        let days = GregorianDay.number(of: year, month, day) - GregorianDay.unixEpoch
        let seconds = (days * 24 + hour) * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static func number(_ digits: Int, _ rest: inout Substring.UTF8View) -> Int? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy(\.isDigit) else { return nil }
        rest = rest.dropFirst(digits)
        return Int(Substring(text))
    }

    private static func take(_ choices: String, _ rest: inout Substring.UTF8View) -> Bool {
        guard let first = rest.first, choices.utf8.contains(first) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func fraction(_ rest: inout Substring.UTF8View) -> Double? {
        guard take(".", &rest) else { return 0 }
        let digits = rest.prefix(while: \.isDigit)
        rest = rest[digits.endIndex...]
        return digits.isEmpty ? nil : Double("0." + String(Substring(digits.prefix(6))))
    }

    /// Seconds east of UTC.
    private static func offset(_ rest: inout Substring.UTF8View) -> Int? {
        if take("Zz", &rest) { return 0 }
        let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
        guard take("+-", &rest), let hours = number(2, &rest), take(":", &rest), let minutes = number(2, &rest),
            hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
