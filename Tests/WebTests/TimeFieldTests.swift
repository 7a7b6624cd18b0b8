import FoundationEssentials
import Testing

@testable import Web

@Suite struct TimeFieldTests {
    private func read(_ text: String) -> Date? {
        try? Field.time.read(.string(text)).get()
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696),
        ("2026-11-23T06:00:00+02:00", 1_795_406_400),
        ("1969-12-31T23:59:59Z", -1), ("2026-11-23t06:00:00z", 1_795_413_600), ("2016-12-31T23:59:60Z", 1_483_228_800),
        ("1970-01-01T00:00:00-00:30", 1800),
    ])
    func `a time is read to the second`(text: String, seconds: Int) {
        #expect(read(text)?.timeIntervalSince1970 == Double(seconds))
    }

    @Test func `fractions count to the microsecond`() {
        #expect(read("1970-01-01T00:00:00.125Z")?.timeIntervalSince1970 == 0.125)
        #expect(read("1970-01-01T00:00:01.5000009Z")?.timeIntervalSince1970 == 1.5)
    }

    @Test func `years outside the database's range count as its first and last moment`() {
        #expect(read("0001-01-01T00:00:00Z") == read("1000-01-01T00:00:00Z"))
        #expect(read("9999-12-31T23:59:59.9Z") == read("9999-12-31T23:59:59Z"))
        #expect(read("9999-12-31T23:59:59-12:00") == read("9999-12-31T23:59:59Z"))
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T06:00:00", "2026-11-23 06:00:00Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T06:60:00Z", "2026-11-23T06:00:61Z", "2026-11-23T06:00:00.Z", "2026-11-23T06:00:00+2:00",
        "2026-11-23T06:00:00+24:00", "2026-11-23T06:00:00ZZ", "+026-11-23T06:00:00Z", "２０２６-11-23T06:00:00Z",
    ])
    func `an invalid time is refused`(text: String) {
        #expect(read(text) == nil)
    }
}
