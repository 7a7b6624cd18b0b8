import Glibc

extension Connection {
    /// The maximum number of attempts of a transaction.
    private static let attempts = 5
    /// The time after its start within which a transaction may start again.
    private static let restartWindow = Duration.seconds(8)

    /// Runs `body` in a transaction: if it throws, the changes are rolled back and the error is rethrown; otherwise
    /// they are committed together. A refusal that must leave a trace is returned from `body`, and thrown afterwards.
    ///
    /// A deadlock (1213), a row that changed meanwhile (1020) and a connection lost before COMMIT start `body` again
    /// from the beginning, a bounded number of times, so `body` must contain nothing that cannot be repeated. A lock
    /// that was not granted in time (1205) is not repeated.
    /// - Parameters:
    ///   - repeatable: whether `body` may run again even if it may have been committed, since the connection was lost
    ///     during COMMIT.
    ///   - isShared: whether a transaction that `body` starts joins this one, so its error must end this one too;
    ///     otherwise starting one is refused.
    ///   - body: the work, with this connection.
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
                // The error of the body may be a consequence of the failed transaction.
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

    /// Lets the winning transaction finish. The random part prevents another collision of the same two.
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
