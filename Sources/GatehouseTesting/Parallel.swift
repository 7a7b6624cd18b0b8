import Glibc
import Threads

/// Runs `body` on separate threads that start together, and waits for all. A connection blocks its thread, so threads
/// of Swift's cooperative pool cannot be used.
/// - Returns: the result of each, in order.
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

/// The same for work without a result.
/// - Returns: the error of each, if any, in order.
public func failuresInParallel(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Void
) throws -> [(any Error)?] {
    try inParallel(count, body).map { result in
        if case .failure(let error) = result { error } else { nil }
    }
}

/// Waits until `condition` holds; returns whether it did within 20 seconds.
@discardableResult
public func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(2000)
    }
    return false
}
