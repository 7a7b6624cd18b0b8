import Threads

/// Decides which requests are served at once, and which wait.
///
/// The number of slots is the number of requests that may be served at once, including kept connections; there are two
/// threads more than slots. One of the two may answer a scrape of the metrics, which asks the database. So one thread
/// is always free to accept a connection and read its request: a probe is answered at once, anything else waits here
/// for the next free slot.
final class Admission: Sendable {
    /// The decision about a request.
    enum Decision {
        /// It has a slot, which its thread must release.
        case serve
        /// It was handed over to another thread.
        case waits
        /// The queue is full.
        case isRefused
    }

    /// The number of threads besides the slots: one that is always free, and one for a scrape.
    static let spareThreads = 2

    private let slots: Int
    private let capacity: Int
    private let onLoad: @Sendable (_ taken: Int, _ waiting: Int) -> Void
    private let state: Lock<State>

    private struct State {
        var free: Int
        var isScraped = false
        var waiting: [Waiting] = []
    }

    /// An exchange between two threads: the one that read its head releases it before the other takes it.
    private struct Waiting: @unchecked Sendable {
        let exchange: Exchange
    }

    /// - Parameters:
    ///   - slots: the number of requests that are served at once.
    ///   - waiting: the number of requests that may wait.
    ///   - onLoad: called under the lock with the numbers of served and waiting requests.
    init(slots: Int, waiting: Int, onLoad: @escaping @Sendable (_ taken: Int, _ waiting: Int) -> Void = { _, _ in }) {
        self.slots = slots
        capacity = waiting
        self.onLoad = onLoad
        state = Lock(State(free: slots))
    }

    /// Takes a slot, if one is free.
    func takeSlot() -> Bool {
        state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            tell(state)
            return true
        }
    }

    /// Takes the scrape's place, if it is free.
    func beginScrape() -> Bool {
        state.withLock { state in
            defer { state.isScraped = true }
            return !state.isScraped
        }
    }

    /// Releases the scrape's place.
    func endScrape() {
        state.withLock { $0.isScraped = false }
    }

    /// Takes a slot for an exchange or, if none is free, puts the exchange into the queue.
    func enter(_ exchange: Exchange) -> Decision {
        let waiting = Waiting(exchange: exchange)
        return state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                tell(state)
                return .serve
            }
            guard state.waiting.count < capacity else { return .isRefused }
            state.waiting.append(waiting)
            tell(state)
            return .waits
        }
    }

    /// Releases a slot, or passes it to the exchange that has waited longest.
    func leave() -> Exchange? {
        state.withLock { state -> Waiting? in
            defer { tell(state) }
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }?.exchange
    }

    private func tell(_ state: State) {
        onLoad(slots - state.free, state.waiting.count)
    }
}
