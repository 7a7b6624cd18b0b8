import Threads

/// The shared answer to an expensive question. One caller at a time asks it; the others wait for its answer, which is
/// then reused for a while.
final class SharedAnswer<Value: Sendable>: Sendable {
    /// There was no answer in time.
    struct Unanswered: Error {}

    private enum Step {
        case known(Result<Value, any Error>)
        case ask
        case giveUp
    }

    private struct State {
        var latest: (result: Result<Value, any Error>, time: ContinuousClock.Instant)?
        /// The time since which a caller has been asking.
        var asking: ContinuousClock.Instant?
    }

    /// The time for which an answer is reused.
    private let lifetime: Duration
    /// The time for which others wait for an answer.
    private let patience: Duration
    private let state = Monitor(State())
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - lifetime: the time for which an answer is reused.
    ///   - patience: the time for which others wait for it.
    ///   - now: the clock.
    init(
        lifetime: Duration = .seconds(1), patience: Duration = .seconds(1),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.lifetime = lifetime
        self.patience = patience
        self.now = now
    }

    /// The answer, reused or new.
    /// - Throws: the error of `ask`, or `Unanswered` if another caller has been asking for too long.
    func value(_ ask: () throws -> Value) throws -> Value {
        let step = state.wait(atMost: patience) { [now, lifetime, patience] state -> Step? in
            if let latest = state.latest, now() - latest.time < lifetime { return .known(latest.result) }
            if let start = state.asking { return now() - start < patience ? nil : .giveUp }
            state.asking = now()
            return .ask
        }
        switch step {
        case .known(let result): return try result.get()
        case .giveUp, nil: throw Unanswered()
        case .ask:
            let result = Result { try ask() }
            state.update { state in state = State(latest: (result, now()), asking: nil) }
            return try result.get()
        }
    }
}
