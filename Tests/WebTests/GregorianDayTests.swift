import Primitives
import Testing

@Suite struct GregorianDayTests {
    @Test func `well-known day numbers are right`() {
        #expect(GregorianDay.number(of: 1, 1, 1) == GregorianDay.first)
        #expect(GregorianDay.number(of: 1970, 1, 1) == GregorianDay.unixEpoch)
        #expect(GregorianDay.number(of: 2001, 1, 1) == GregorianDay.referenceDate)
    }

    @Test func `every month from 1 to 9999 comes back unchanged`() {
        var days = 0
        for year in 1...9999 {
            let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
            for (month, length) in zip(1..., [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                if GregorianDay.days(in: month, of: year) != length { days -= 1 }
                for day in [1, 2, length - 1, length] {
                    let number = GregorianDay.number(of: year, month, day)
                    let read = GregorianDay(number: number)
                    if (read.year, read.month, read.day) == (year, month, day) { days += 1 }
                    if day == length, GregorianDay(number: number + 1).day != 1 { days -= 1 }
                }
            }
        }
        #expect(days == 9999 * 12 * 4)
    }
}
