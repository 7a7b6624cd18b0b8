import Glibc
import Threads

/// Runs `body` on threads of their own that set out together, and waits for all. A connection blocks its thread, which
/// Swift's cooperative pool must not be.
/// - Returns: what each one came to, in their order.
public func inParallel<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
) throws -> [Result<Value, any Error>] {
    let waiting = Monitor(count)
    let results = Monitor([Int: Result<Value, any Error>]())
    let threads = try (0..<count).map { index in
        try Thread(name: "parallel-\(index)") {
            waiting.update { $0 -= 1 }
            waiting.wait { $0 == 0 ? () : nil }
            let result = Result { try body(index) }
            results.update { $0[index] = result }
        }
    }
    for thread in threads { thread.join() }
    let byIndex = results.update { $0 }
    return (0..<count).compactMap { byIndex[$0] }
}

/// The same for work that answers nothing.
/// - Returns: what each one threw, if anything, in their order.
public func failuresInParallel(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Void
) throws -> [(any Error)?] {
    try inParallel(count, body).map { result in
        if case .failure(let error) = result { error } else { nil }
    }
}

/// Waits until `condition` holds; answers whether it did within 20 seconds.
@discardableResult
public func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(2000)
    }
    return false
}
