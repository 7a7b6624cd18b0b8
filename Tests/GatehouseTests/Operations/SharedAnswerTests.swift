import GatehouseTesting
import Testing
import Threads

@testable import Gatehouse

@Suite struct SharedAnswerTests {
    private struct Failure: Error {}

    /// A clock that the test sets.
    private final class Clock: Sendable {
        let time = Lock(ContinuousClock.now)

        func pass(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    private let clock = Clock()
    private let answer: SharedAnswer<Int>

    init() {
        answer = SharedAnswer { [clock] in clock.time.withLock { $0 } }
    }

    @Test func `an answer is valid for a second`() throws {
        #expect(try answer.value { 1 } == 1)
        clock.pass(.milliseconds(999))
        #expect(try answer.value { 2 } == 1)
        clock.pass(.milliseconds(1))
        #expect(try answer.value { 3 } == 3)
    }

    @Test func `so is a failure`() throws {
        #expect(throws: Failure.self) { try answer.value { throw Failure() } }
        #expect(throws: Failure.self) { try answer.value { 1 } }
        clock.pass(.seconds(1))
        #expect(try answer.value { 1 } == 1)
    }

    @Test func `one of sixty-four concurrent callers asks, and all get the answer`() throws {
        let asked = Lock(0)
        let answers = try inParallel(64) { [answer] _ in
            try answer.value {
                asked.withLock { asked in
                    asked += 1; return asked
                }
            }
        }
        #expect(try answers.map { try $0.get() } == Array(repeating: 1, count: 64))
        #expect(asked.withLock { $0 } == 1)
    }

    @Test func `nobody waits for a caller who has been asking for more than a second`() throws {
        let isAsking = Monitor(false)
        let mayAnswer = Monitor(false)
        let slow = try Thread(name: "slow") { [answer] in
            _ = try? answer.value {
                isAsking.update { $0 = true }
                return mayAnswer.wait { $0 ? 7 : nil }
            }
        }
        isAsking.wait { $0 ? () : nil }
        clock.pass(.seconds(1))
        #expect(throws: SharedAnswer<Int>.Unanswered.self) { try answer.value { 1 } }
        mayAnswer.update { $0 = true }
        slow.join()
        #expect(try answer.value { 1 } == 7)
    }

    @Test func `others wait for as long as they are told to`() throws {
        let isAsking = Monitor(false)
        let patient = SharedAnswer<Int>(patience: .seconds(5)) { [clock] in clock.time.withLock { $0 } }
        let slow = try Thread(name: "slow") { [clock] in
            _ = try? patient.value {
                isAsking.update { $0 = true }
                clock.pass(.seconds(4))
                return 7
            }
        }
        isAsking.wait { $0 ? () : nil }
        #expect(try patient.value { 1 } == 7)
        slow.join()
    }
}
