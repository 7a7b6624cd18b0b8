/// A day of the Gregorian calendar in the years 0 to 9999, also before that calendar was in use.
///
/// Days are numbered from 0000-03-01. A year that begins in March has its leap day at the end, so the months before it
/// have the same lengths in every year, and (153 * month + 2) / 5 adds them up. See Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms". glibc's `gmtime_r` and `timegm` do the same, but take a lock that all threads share.
public struct GregorianDay: Equatable, Sendable {
    /// The year.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Days of 400 years, after which the calendar repeats.
    @usableFromInline static let daysOfEra = 146_097

    /// The number of 0001-01-01.
    public static let first = 306
    /// The number of 1970-01-01, where Unix time begins.
    public static let unixEpoch = 719_468
    /// The number of 2001-01-01, where Foundation's `Date` begins.
    public static let referenceDate = 730_791

    /// The day with a number, which must not be negative.
    @inlinable
    public init(number: Int) {
        let (era, dayOfEra) = number.quotientAndRemainder(dividingBy: Self.daysOfEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month < 3 ? 1 : 0)
    }

    /// The number of a day, which must exist.
    @inlinable
    public static func number(of year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month < 3 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear
    }

    /// How many days a month has.
    public static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
