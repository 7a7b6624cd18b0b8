import Threads

/// Observes statements: the duration, and whether the statement failed.
package typealias StatementObserver = @Sendable (_ duration: Duration, _ failed: Bool) -> Void

/// The database of a process: the settings, and the state that its connections share.
package final class DatabaseClient: Sendable {
    let settings: DatabaseSettings
    /// Observes each statement.
    let onStatement: StatementObserver
    private let breaker = Lock(Breaker())

    /// Describes a database; nothing is connected yet.
    /// - Parameter onStatement: called for each statement of every connection, on its thread, with the duration,
    ///   including reading the rows, and whether it failed. COMMIT and the like are statements.
    package init(_ settings: DatabaseSettings, onStatement: @escaping StatementObserver = { _, _ in }) {
        self.settings = settings
        self.onStatement = onStatement
    }

    /// A new connection, which connects when it is first used.
    package func connection() -> Connection {
        Connection(to: self)
    }

    /// Opens a session on the first endpoint that accepts changes, or, if none does, on the first that answers, for
    /// reading.
    ///
    /// After a failure, all callers are refused at once for a second; then one at a time tries again. So a dead server
    /// costs a request microseconds instead of a time-out.
    /// - Parameter deadline: no endpoint is tried after it.
    func openSession(
        readTimeout: Duration?, until deadline: ContinuousClock.Instant?
    ) throws(DatabaseError) -> Session {
        guard breaker.withLock({ $0.admits(at: .now, attempts: settings.endpoints.count) }) else {
            throw DatabaseError(
                .unavailable, detail: "the last attempt to connect failed less than a second ago")
        }
        var failure = DatabaseError(.usage("the database settings name no endpoint"))
        var forReading: Session?
        for endpoint in settings.endpoints {
            if let deadline, ContinuousClock.now >= deadline {
                failure = DatabaseError(.unavailable, detail: "the time for this request is used up", isTimeout: true)
                break
            }
            do throws(DatabaseError) {
                let session = try Session(settings, at: endpoint, readTimeout: readTimeout, onStatement: onStatement)
                if try session.isReadOnly() {
                    forReading = forReading ?? session
                    continue
                }
                breaker.withLock { $0.close() }
                return session
            } catch {
                failure = error
            }
        }
        if let forReading {
            breaker.withLock { $0.close() }
            return forReading
        }
        breaker.withLock { $0.open(at: .now) }
        throw failure
    }
}

/// Remembers that connecting failed.
struct Breaker {
    /// The time after a failure during which nobody tries again.
    static let pause = Duration.seconds(1)

    private var nextAttempt: ContinuousClock.Instant?

    /// Whether a caller may try to connect. After a failure, that caller also reserves the time that its attempts can
    /// take, so the others are refused meanwhile.
    mutating func admits(at now: ContinuousClock.Instant, attempts: Int) -> Bool {
        guard let nextAttempt else { return true }
        guard now >= nextAttempt else { return false }
        self.nextAttempt = now + Session.connectTimeout * attempts + Breaker.pause
        return true
    }

    /// Connecting worked.
    mutating func close() {
        nextAttempt = nil
    }

    /// Connecting failed.
    mutating func open(at now: ContinuousClock.Instant) {
        nextAttempt = now + Breaker.pause
    }
}
