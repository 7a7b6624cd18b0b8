public import FoundationEssentials

extension Field where Value == Date {
    /// A point in time (RFC 3339, section 5.6), to the microsecond. Databases know the years 1000 to 9999; what lies outside of
    /// them counts as their beginning or end.
    public static let time = Field(
        schema: ["type": "string", "format": "date-time"], standIn: Date(timeIntervalSince1970: 0)
    ) { json in
        guard let text = json.string else { return .failure(.type("a string", found: json)) }
        guard let time = RFC3339.parse(text) else {
            return .failure(Rejection("format", "Must be a time such as 2026-01-31T12:00:00Z."))
        }
        return .success(min(max(time, RFC3339.earliest), RFC3339.latest))
    }
}

/// Reads times as RFC 3339, section 5.6, writes them.
private enum RFC3339 {
    /// 1000-01-01T00:00:00Z
    static let earliest = Date(timeIntervalSince1970: -30_610_224_000)
    /// 9999-12-31T23:59:59Z
    static let latest = Date(timeIntervalSince1970: 253_402_300_799)

    static func parse(_ text: String) -> Date? {
        var rest = text.utf8[...]
        guard let year = number(4, &rest), take("-", &rest), let month = number(2, &rest), take("-", &rest),
            let day = number(2, &rest), take("Tt", &rest), let hour = number(2, &rest), take(":", &rest),
            let minute = number(2, &rest), take(":", &rest), let second = number(2, &rest),
            let fraction = fraction(&rest), let offset = offset(&rest), rest.isEmpty,
            (1...12).contains(month), (1...days(in: month, of: year)).contains(day), hour < 24, minute < 60,
            second < 61  // a leap second
        else { return nil }
        let seconds = (daysSince1970(year, month, day) * 24 + hour) * 3600 + minute * 60 + second - offset
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

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the Gregorian calendar; years begin in March here, so that the leap day is the last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = month < 3 ? year - 1 : year
        let months = (month + 9) % 12
        let leapDays = years / 4 - years / 100 + years / 400
        return 365 * years + leapDays + (153 * months + 2) / 5 + day - 1 - 719_468
    }
}
