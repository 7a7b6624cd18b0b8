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
        // Counted from a day long before, so that every division has a dividend that is not negative.
        let sinceEpoch = seconds + DateTime.referenceDay * 86_400
        guard sinceEpoch >= 0 else { return nil }
        (year, month, day) = DateTime.civil(from: sinceEpoch / 86_400)
        guard DateTime.years.contains(year) else { return nil }
        let secondOfDay = sinceEpoch % 86_400
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
        let days = DateTime.days(to: year, month, day) - DateTime.referenceDay
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
    private static let referenceDay = days(to: 2001, 1, 1)
}

// MARK: - Days

/// Days are counted from 0000-03-01: a year that begins in March has its leap day at the end, so that the months before
/// it have the same lengths in every year, which (153 * month + 2) / 5 adds up. See Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms".
extension DateTime {
    /// Days of 400 years, after which the calendar repeats.
    private static let daysOfEra = 146_097

    /// The number of a day of the years from 1 on.
    static func days(to year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear
    }

    /// The day of that number, which is not negative.
    static func civil(from days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = days.quotientAndRemainder(dividingBy: daysOfEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }
}
