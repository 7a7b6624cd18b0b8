import Foundation
import Testing

@testable import Gatehouse

@Suite struct DeliveryScheduleTests {
    @Test func `waits grow as the contract says, a fifth more or less, and then a delivery is dead`() {
        let seconds = [5, 30, 120, 900, 3600, 21_600, 86_400, 172_800]
        for (index, wait) in seconds.enumerated() {
            let waits = (0..<50).compactMap { _ in
                DeliverySchedule.wait(afterAttempt: index + 1, retryAfter: nil)
            }
            #expect(waits.count == 50)
            #expect(waits.allSatisfy { (.seconds(wait) * 0.8 ... .seconds(wait) * 1.2).contains($0) })
            #expect(Set(waits).count > 1)
        }
        #expect(DeliverySchedule.attempts == 9)
        #expect(DeliverySchedule.wait(afterAttempt: 9, retryAfter: .seconds(1)) == nil)
    }

    @Test func `a receiver can ask for a longer wait, of a day at most`() {
        #expect(DeliverySchedule.wait(afterAttempt: 1, retryAfter: .seconds(3600)) == .seconds(3600))
        #expect(DeliverySchedule.wait(afterAttempt: 1, retryAfter: .seconds(9_999_999)) == .seconds(86_400))
        #expect(DeliverySchedule.wait(afterAttempt: 5, retryAfter: .zero).map { $0 > .seconds(2000) } == true)
    }

    @Test(arguments: [
        ("120", 120), ("0", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0),
    ])
    func `Retry-After has seconds or a date`(field: String, seconds: Int) {
        let now = Date(timeIntervalSince1970: 784_111_740)
        #expect(RetryAfter.parse(field, at: now) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "99999999999999", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sunday, 06-Nov-94 08:49:37 GMT",
    ])
    func `another Retry-After is ignored`(field: String) {
        #expect(RetryAfter.parse(field) == nil)
    }
}
