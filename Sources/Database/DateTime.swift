import CMariaDB
import FoundationEssentials
import Primitives

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
        // Counts from a day long before, so no dividend is negative.
        let sinceEpoch = seconds + GregorianDay.referenceDate * 86_400
        guard sinceEpoch >= 0 else { return nil }
        let date = GregorianDay(number: sinceEpoch / 86_400)
        guard DateTime.years.contains(date.year) else { return nil }
        (year, month, day) = (date.year, date.month, date.day)
        let secondOfDay = sinceEpoch % 86_400
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        self.microsecond = microsecond
    }

    /// The value that the client library read; `nil` for a zero date, which is not a day.
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
        let days = GregorianDay.number(of: year, month, day) - GregorianDay.referenceDate
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSinceReferenceDate: Double(seconds) + Double(microsecond) / 1_000_000)
    }

    /// The form of the client library.
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
}
