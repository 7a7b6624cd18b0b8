import Testing
import Web

@testable import Gatehouse

@Suite struct RateLimitTests {
    @Test(arguments: ["1000/1h", "5/15m", "100/1m", "3/1s", "1/1d", "7/90s", "1000000000/30d"])
    func `a limit is read and written in the same form`(text: String) {
        #expect(RateLimit(text)?.description == text)
    }

    @Test(arguments: [
        "", "5", "5/", "/1h", "0/1h", "5/0s", "05/1h", "5/01h", "-5/1h", "+5/1h", "5/h", "5/1w", "5/1H", "5 /1h",
        "5/1h ",
        "1000000001/1h", "5/31d", "5/721h", "5/99999999999999999999d", "5/1h/2", "5.5/1h", "٥/1h", "5/1hé",
    ])
    func `an invalid limit is refused`(text: String) {
        #expect(RateLimit(text) == nil)
    }

    @Test func `equal spans are equal limits`() {
        #expect(RateLimit("5/60m") == RateLimit("5/1h"))
        #expect(RateLimit("5/60m")?.description == "5/1h")
    }

    @Test func `the quota is available at once and returns evenly`() {
        let limit = RateLimit(count: 5, period: 900)
        var untilFull = 0
        for left in [4, 3, 2, 1, 0] {
            let answer = limit.take(untilFull: untilFull)
            #expect(answer.isGranted)
            untilFull = answer.untilFull
            #expect(RateLimitVerdict("x", limit, isGranted: true, untilFull: untilFull).remaining == left)
        }
        #expect(limit.take(untilFull: untilFull) == (false, untilFull))
        let almost = untilFull - 180_000_000 + 1
        #expect(!limit.take(untilFull: almost).isGranted)
        #expect(limit.take(untilFull: almost - 1).isGranted)
    }

    @Test func `a verdict says when more is available and when all is`() {
        let limit = RateLimit(count: 5, period: 900)
        let empty = RateLimitVerdict("failures", limit, isGranted: false, untilFull: 900_000_000)
        #expect((empty.remaining, empty.resetSeconds, empty.retrySeconds) == (0, 900, 180))
        let soon = RateLimitVerdict("failures", limit, isGranted: false, untilFull: 720_000_001)
        #expect((soon.remaining, soon.resetSeconds, soon.retrySeconds) == (0, 721, 1))
        let full = RateLimitVerdict("failures", limit, isGranted: true, untilFull: 0)
        #expect((full.remaining, full.resetSeconds) == (5, 0))
    }

    @Test(arguments: [Int.max, 961_000_000, -1, .min])
    func `an impossible state counts as full`(untilFull: Int) {
        #expect(RateLimit(count: 5, period: 900).take(untilFull: untilFull) == (true, 180_000_000))
    }

    @Test func `clocks that differ a little grant nothing`() {
        let limit = RateLimit(count: 5, period: 900)
        #expect(limit.take(untilFull: limit.window + 5000) == (false, limit.window))
    }

    @Test func `more than one unit in a microsecond is one`() {
        let limit = RateLimit(count: 1_000_000_000, period: 1)
        #expect(limit.interval == 1)
        #expect(limit.take(untilFull: 0) == (true, 1))
    }

    private func fields(of verdict: RateLimitVerdict) -> HTTPFields {
        var headers = HTTPFields()
        verdict.write(to: &headers)
        return headers
    }

    @Test func `the fields have their forms`() {
        let limit = RateLimit(count: 1000, period: 3600)
        let granted = fields(of: RateLimitVerdict("standard", limit, isGranted: true, untilFull: 3_600_000))
        #expect(granted[.xRateLimitLimit] == "1000")
        #expect(granted[.xRateLimitRemaining] == "999")
        #expect(granted[.xRateLimitReset] == "4")
        #expect(granted[.rateLimitPolicy] == "\"standard\";q=1000;w=3600")
        #expect(granted[.rateLimit] == "\"standard\";r=999;t=4")
        #expect(granted[.retryAfter] == nil)
        let refused = fields(of: RateLimitVerdict("standard", limit, isGranted: false, untilFull: 3_600_000_000))
        #expect(refused[.xRateLimitRemaining] == "0")
        #expect(refused[.retryAfter] == "4")
    }

    @Test func `the nearer limit has less left in proportion, and a refusal precedes all`() {
        let wide = RateLimitVerdict("a", RateLimit(count: 1000, period: 3600), isGranted: true, untilFull: 3_600_000)
        let narrow = RateLimitVerdict("b", RateLimit(count: 10, period: 10), isGranted: true, untilFull: 5_000_000)
        let refused = RateLimitVerdict("c", RateLimit(count: 2, period: 10), isGranted: false, untilFull: 6_000_000)
        #expect(narrow.isNearer(than: wide) && !wide.isNearer(than: narrow))
        #expect(refused.isNearer(than: narrow) && !narrow.isNearer(than: refused))
    }
}
