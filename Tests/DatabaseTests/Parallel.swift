import Glibc
import Synchronization

/// Runs `body` in threads of their own at the same time, and waits for all. A connection blocks its thread, which
/// Swift's cooperative pool must not be.
/// - Returns: what each one threw, if anything, in their order.
func inParallel(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) -> [(any Error)?] {
    let results = (0..<count).map { index in Attempt { try body(index) } }
    let threads = results.map { attempt in
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Attempt>.fromOpaque(argument).takeUnretainedValue().run() }
                return nil
            }, Unmanaged.passUnretained(attempt).toOpaque())
        return thread
    }
    for thread in threads { pthread_join(thread, nil) }
    return results.map(\.failure)
}

/// Waits until `condition` holds; answers whether it did within 20 seconds.
@discardableResult
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(2000)
    }
    return false
}

/// One of several things that run at once.
private final class Attempt: Sendable {
    private let body: @Sendable () throws -> Void
    private let thrown = Mutex<(any Error)?>(nil)

    init(_ body: @escaping @Sendable () throws -> Void) {
        self.body = body
    }

    var failure: (any Error)? { thrown.withLock { $0 } }

    func run() {
        do {
            try body()
        } catch {
            thrown.withLock { $0 = error }
        }
    }
}
