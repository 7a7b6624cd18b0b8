import Glibc

extension Connection {
    /// How often a transaction is tried in all.
    private static let attempts = 5
    /// How long after its start a transaction may still start again.
    private static let restartWindow = Duration.seconds(8)

    /// Runs `body` in a transaction: what it throws rolls back and is thrown on; otherwise its changes are
    /// committed together. A refusal that must leave a trace is returned from `body`, and thrown afterwards.
    ///
    /// A deadlock (1213), a row that changed meanwhile (1020) and a connection lost before COMMIT start `body` again
    /// from the beginning, a bounded number of times, so `body` must do nothing that cannot be done again. A lock that
    /// was not granted in time (1205) does not: what took too long is not repeated.
    /// - Parameters:
    ///   - repeatable: whether `body` may run again even if it has been committed already, as a connection lost
    ///     during COMMIT leaves unknown.
    ///   - isShared: whether a transaction that `body` starts becomes part of this one, so that what that throws must
    ///     end this one too; else starting one is refused.
    ///   - body: what to do, with this connection.
    /// - Throws: what `body` throws; `DatabaseError.Kind.unknownOutcome` for a connection lost during COMMIT.
    public func transaction<T>(
        repeatable: Bool = false, isShared: Bool = false, _ body: (Connection) throws -> T
    ) throws -> T {
        if isSharingTransaction { return try joined(body) }
        guard !isInTransaction else { throw DatabaseError(.usage("a transaction inside a transaction")) }
        let start = ContinuousClock.now
        var attempt = 1
        while true {
            try begin(isShared: isShared)
            do {
                let result = try body(self)
                try commit()
                return result
            } catch {
                // The body may have thrown something of its own because the transaction had failed.
                let cause = abandon() ?? error
                guard attempt < Connection.attempts, start.duration(to: .now) < Connection.restartWindow,
                    deadline.map({ ContinuousClock.now < $0 }) != false,
                    (cause as? DatabaseError)?.allowsRestart(repeatable: repeatable) == true
                else { throw cause }
            }
            pause(before: attempt)
            attempt += 1
        }
    }

    /// Lets the transaction that won finish. The random part keeps two that collided from colliding again.
    private func pause(before attempt: Int) {
        usleep(UInt32.random(in: 1000...(5000 << UInt32(attempt))))
    }
}

extension DatabaseError {
    fileprivate func allowsRestart(repeatable: Bool) -> Bool {
        switch kind {
        case .unavailable: !isTimeout
        case .unknownOutcome: repeatable && !isTimeout
        case .server(let number, _): ServerError.rolledBack.contains(number)
        case .decoding, .usage: false
        }
    }
}
