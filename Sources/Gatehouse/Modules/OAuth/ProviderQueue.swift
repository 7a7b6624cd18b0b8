import Threads

/// The requests of a process that wait for providers. Each holds a worker, so providers that hang must not hold all of
/// them, and one that hangs must leave room for the others.
final class ProviderQueue: Sendable {
    private let waiting = Lock<[String: Int]>([:])

    /// The maximum number for one provider.
    static let mostOfOne = 8
    /// The maximum number for all providers.
    static let most = 16

    /// Takes a place, if there is one.
    /// - Returns: whether there was.
    func enter(_ provider: String) -> Bool {
        waiting.withLock { waiting in
            guard waiting[provider, default: 0] < Self.mostOfOne, waiting.values.reduce(0, +) < Self.most else {
                return false
            }
            waiting[provider, default: 0] += 1
            return true
        }
    }

    /// Leaves a place that `enter` gave.
    func leave(_ provider: String) {
        waiting.withLock { $0[provider, default: 1] -= 1 }
    }
}
