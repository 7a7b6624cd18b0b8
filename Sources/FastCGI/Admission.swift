import Threads

/// Who is served at once, and who waits.
///
/// There are as many slots as requests may be served at once, kept connections included, and two threads more than
/// slots. One of the two may answer a scrape of the metrics, which asks the database. So one thread is always free to
/// take a connection and see what is asked: a probe is answered at once, anything else waits here for the next slot
/// that becomes free.
final class Admission: Sendable {
    /// What becomes of a request.
    enum Decision {
        /// It has a slot, which its thread gives back.
        case serve
        /// It was handed over; another thread will serve it.
        case waits
        /// As many wait as may.
        case isRefused
    }

    /// How many threads there are beyond the slots: one that is always free, and one for a scrape.
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

    /// An exchange between two threads: the one that read its head lets go of it before the other takes it.
    private struct Waiting: @unchecked Sendable {
        let exchange: Exchange
    }

    /// - Parameters:
    ///   - slots: how many are served at once.
    ///   - waiting: how many may wait.
    ///   - onLoad: told how many are served and how many wait, under the lock.
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

    /// Takes the place of a scrape, if it is free.
    func beginScrape() -> Bool {
        state.withLock { state in
            defer { state.isScraped = true }
            return !state.isScraped
        }
    }

    /// Gives the place of a scrape back.
    func endScrape() {
        state.withLock { $0.isScraped = false }
    }

    /// Takes a slot for an exchange or, where none is free, the exchange into the queue.
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

    /// Gives a slot back, or on to the exchange that has waited longest.
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
