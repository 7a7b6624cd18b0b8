import CMariaDB
import FoundationEssentials
import Testing

@testable import Database

@Suite struct DateTimeTests {
    private func time(_ year: Int, _ month: Int, _ day: Int, _ second: Int = 0, _ microsecond: Int = 0) -> MYSQL_TIME {
        var time = MYSQL_TIME()
        time.year = UInt32(year)
        time.month = UInt32(month)
        time.day = UInt32(day)
        time.hour = UInt32(second / 3600)
        time.minute = UInt32(second / 60 % 60)
        time.second = UInt32(second % 60)
        time.second_part = UInt(microsecond)
        return time
    }

    /// Seconds before or after 2001, by the proleptic Gregorian calendar.
    @Test(arguments: [
        (1, 1, 1, -63_113_904_000.0), (4, 2, 29, -63_014_198_400), (100, 3, 1, -59_984_668_800),
        (999, 12, 31, -31_588_617_600), (1000, 1, 1, -31_588_531_200), (1600, 2, 29, -12_649_305_600),
        (1900, 2, 28, -3_182_284_800), (1900, 3, 1, -3_182_198_400), (1970, 1, 1, -978_307_200),
        (2000, 2, 29, -26_524_800), (2000, 12, 31, -86_400), (2001, 1, 1, 0), (2024, 2, 29, 730_857_600),
        (2100, 3, 1, 3_129_235_200), (9999, 12, 31, 252_423_907_200),
    ])
    func `a day has this many seconds since 2001`(year: Int, month: Int, day: Int, seconds: Double) throws {
        let read = try #require(DateTime(time(year, month, day)))
        #expect(read.date.timeIntervalSinceReferenceDate == seconds)
        let written = DateTime(Date(timeIntervalSinceReferenceDate: seconds))
        #expect(written == (year < 1000 ? nil : read))
    }

    @Test func `every microsecond of a second is preserved`() throws {
        for microsecond in stride(from: 0, to: 1_000_000, by: 7) {
            let read = try #require(DateTime(time(2026, 11, 29, 86_399, microsecond)))
            #expect(DateTime(read.date) == read)
        }
        let last = try #require(DateTime(time(2026, 12, 31, 86_399, 999_999)))
        #expect(DateTime(last.date) == last)
    }

    @Test func `half a microsecond rounds up, even into the next year`() {
        let beforeNewYear = Date(timeIntervalSinceReferenceDate: -0.000_000_4)
        #expect(DateTime(beforeNewYear) == DateTime(time(2001, 1, 1)))
    }

    @Test(arguments: [(0, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (0, 0, 0)])
    func `a zero date is no date`(year: Int, month: Int, day: Int) {
        #expect(DateTime(time(year, month, day)) == nil)
    }
}
