import Threads

/// The answer to a question that anybody may ask and that costs something. One caller at a time asks it; the others
/// wait for what that one hears, and for a while everybody is told the same.
final class SharedAnswer<Value: Sendable>: Sendable {
    /// Nobody has answered in time.
    struct Unanswered: Error {}

    private enum Step {
        case known(Result<Value, any Error>)
        case ask
        case giveUp
    }

    private struct State {
        var latest: (result: Result<Value, any Error>, time: ContinuousClock.Instant)?
        /// Since when somebody has been asking.
        var asking: ContinuousClock.Instant?
    }

    /// How long an answer holds.
    private let lifetime: Duration
    /// How long others wait for an answer.
    private let patience: Duration
    private let state = Monitor(State())
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - lifetime: how long an answer holds.
    ///   - patience: how long others wait for it.
    ///   - now: the clock.
    init(
        lifetime: Duration = .seconds(1), patience: Duration = .seconds(1),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.lifetime = lifetime
        self.patience = patience
        self.now = now
    }

    /// The answer, as heard within its lifetime or heard now.
    /// - Throws: what asking threw, or `Unanswered` where another caller has been asking for longer than others wait.
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
