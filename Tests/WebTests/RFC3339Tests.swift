import FoundationEssentials
import Testing

@testable import Web

@Suite struct RFC3339Tests {
    /// The output of FoundationEssentials, whose calendar is Julian until 1582.
    private func formatted(_ date: Date) -> String {
        date.addingTimeInterval(0.000_000_5).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    private static let gregorian = -12_219_292_800...253_402_300_799

    @Test func `a time is written as in Foundation's calendar`() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<4_000 {
            let microseconds = Int.random(in: 0..<1_000_000, using: &random)
            let date = Date(
                timeIntervalSince1970: Double(Int.random(in: Self.gregorian, using: &random))
                    + Double(microseconds) / 1_000_000)
            #expect(date.rfc3339 == formatted(date))
        }
    }

    @Test func `the seconds around each new year and each end of February are right`() {
        for year in Array(1583...2000) + Array(stride(from: 2100, through: 9900, by: 100)) + [9999] {
            for month in ["01-01", "03-01"] {
                guard let day = RFC3339.parse("\(year)-\(month)T00:00:00Z") else {
                    Issue.record("\(year)-\(month)")
                    continue
                }
                for offset in [-1, -0.001, 0, 0.001] {
                    let date = day.addingTimeInterval(offset)
                    #expect(date.rfc3339 == formatted(date))
                }
            }
        }
    }

    @Test func `a time is read as it was written, in every year`() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<4_000 {
            let milliseconds = Int.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            let read = try #require(RFC3339.parse(date.rfc3339))
            // Far from today, a Double stores a millisecond as a little less, which is truncated.
            #expect(abs(read.timeIntervalSince(date)) < 0.001_1, "\(date.rfc3339)")
        }
    }

    @Test(
        arguments: [
            (-62_135_596_800, "0001-01-01T00:00:00.000Z"), (-62_135_596_800.001, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799.999_5, "9999-12-31T23:59:59.999Z"), (253_402_300_800, "9999-12-31T23:59:59.999Z"),
            (.infinity, "9999-12-31T23:59:59.999Z"), (-.infinity, "0001-01-01T00:00:00.000Z"),
            (.nan, "0001-01-01T00:00:00.000Z"), (.greatestFiniteMagnitude, "9999-12-31T23:59:59.999Z"),
            (-12_219_292_801, "1582-10-14T23:59:59.000Z"), (-0.000_000_1, "1970-01-01T00:00:00.000Z"),
            (-0.001, "1969-12-31T23:59:59.999Z"), (0.999_999, "1970-01-01T00:00:00.999Z"),
        ] as [(Double, String)])
    func `times beyond the limits are written as the nearest possible one`(seconds: Double, text: String) {
        #expect(Date(timeIntervalSince1970: seconds).rfc3339 == text)
    }
}
