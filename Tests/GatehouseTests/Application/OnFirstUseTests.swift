import GatehouseTesting
import Testing
import Threads

@Suite struct OnFirstUseTests {
    @Test func `a value is made once, when it is first used`() throws {
        let made = Lock(0)
        let value = OnFirstUse {
            made.withLock { count in
                count += 1; return count
            }
        }
        #expect(made.withLock { $0 } == 0)
        let seen = try inParallel(16) { _ in value.value }.map { try $0.get() }
        #expect(seen == Array(repeating: 1, count: 16))
    }
}
