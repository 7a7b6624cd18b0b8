import CMariaDB
import FoundationEssentials

/// A DATETIME(6): a day of the Gregorian calendar and a time of that day, in UTC.
struct DateTime: Equatable {
    /// The range of DATETIME (manual, "DATETIME").
    static let years = 1000...9999

    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    var microsecond: Int

    /// The nearest microsecond to `date`; `nil` outside the range of DATETIME.
    init?(_ date: Date) {
        let reference = date.timeIntervalSinceReferenceDate
        let wholeSeconds = reference.rounded(.down)
        guard var seconds = Int(exactly: wholeSeconds), abs(seconds) < DateTime.farthest else { return nil }
        var microsecond = Int(((reference - wholeSeconds) * 1_000_000).rounded())
        if microsecond == 1_000_000 {
            seconds += 1
            microsecond = 0
        }
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        (year, month, day) = DateTime.civil(from: days + DateTime.referenceDay)
        guard DateTime.years.contains(year) else { return nil }
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        self.microsecond = microsecond
    }

    /// What the client library read; `nil` for a zero date, which is no day at all.
    init?(_ time: MYSQL_TIME) {
        guard (1...9999).contains(time.year), (1...12).contains(time.month), time.day > 0 else { return nil }
        year = Int(time.year)
        month = Int(time.month)
        day = Int(time.day)
        hour = Int(time.hour)
        minute = Int(time.minute)
        second = Int(time.second)
        microsecond = Int(time.second_part)
    }

    /// The same instant.
    ///
    /// `Date` is a `Double` of seconds since 2001: it tells every microsecond from 1729 to 2273 apart and gets
    /// coarser outside, to 31 microseconds in the year 9999. A `Date` that was stored is read back the same.
    var date: Date {
        let days = DateTime.days(before: year, month: month, day: day) - DateTime.referenceDay
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSinceReferenceDate: Double(seconds) + Double(microsecond) / 1_000_000)
    }

    /// As the client library wants it.
    var mysqlTime: MYSQL_TIME {
        var time = MYSQL_TIME()
        time.year = UInt32(year)
        time.month = UInt32(month)
        time.day = UInt32(day)
        time.hour = UInt32(hour)
        time.minute = UInt32(minute)
        time.second = UInt32(second)
        time.second_part = UInt(microsecond)
        time.time_type = MYSQL_TIMESTAMP_DATETIME
        return time
    }

    /// Seconds from 2001 to beyond either end of the range, small enough to calculate with.
    private static let farthest = 10_000 * 366 * 86_400
    /// 2001-01-01, on which `Date` counts from zero.
    private static let referenceDay = days(before: 2001, month: 1, day: 1)

    /// Days from 0001-01-01 to the given day.
    private static func days(before year: Int, month: Int, day: Int) -> Int {
        days(beforeYear: year) + days(before: month, inLeapYear: isLeap(year)) + day - 1
    }

    /// The day that many days after 0001-01-01; before that, some day of a year below 1.
    private static func civil(from days: Int) -> (year: Int, month: Int, day: Int) {
        // 400 years have exactly 146,097 days, so this is off by at most one year.
        var year = (days * 400).flooredDivision(by: 146_097).quotient + 1
        if days < self.days(beforeYear: year) {
            year -= 1
        } else if days >= self.days(beforeYear: year + 1) {
            year += 1
        }
        let dayOfYear = days - self.days(beforeYear: year)
        let leap = isLeap(year)
        var month = 12
        while self.days(before: month, inLeapYear: leap) > dayOfYear { month -= 1 }
        return (year, month, dayOfYear - self.days(before: month, inLeapYear: leap) + 1)
    }

    private static func days(beforeYear year: Int) -> Int {
        let years = year - 1
        return years * 365 + years.flooredDivision(by: 4).quotient - years.flooredDivision(by: 100).quotient
            + years.flooredDivision(by: 400).quotient
    }

    private static func days(before month: Int, inLeapYear leap: Bool) -> Int {
        let days = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
        return month > 2 && leap ? days + 1 : days
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }
}

extension Int {
    /// Division with a remainder that is never negative.
    fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
