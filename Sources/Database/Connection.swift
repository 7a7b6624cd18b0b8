/// A connection to the database, for one thread at a time.
///
/// It connects when it is first used, and again after the server went away or became read-only. A statement that cannot
/// have been executed, or only reads, is then repeated once; any other fails with `DatabaseError.Kind.unknownOutcome`.
/// Inside a transaction no single statement is repeated: the whole transaction starts again. Nothing is repeated after
/// a time-out.
public final class Connection {
    /// The deadline for all use of this connection. Statements, waits for locks, connecting and repetitions share the
    /// time until then; afterwards everything fails with `DatabaseError.isTimeout`. With `nil`, each statement only has
    /// its own limit.
    public var deadline: ContinuousClock.Instant?

    private let database: DatabaseClient
    private var session: Session?
    private var scope: Scope?
    /// The named locks that every session of this connection must hold.
    private var locks: [String] = []
    /// The time limit for an answer of the server; the Migrator waits without limit.
    private var readTimeout: Duration? = Session.answerTimeout

    init(to database: DatabaseClient) {
        self.database = database
    }

    /// Whether this is inside the closure of `transaction`.
    public var isInTransaction: Bool { scope?.kind == .transaction }

    /// Runs a statement that changes something.
    @discardableResult
    public func execute(_ sql: SQL) throws(DatabaseError) -> Outcome {
        var outcome = Outcome(affectedRows: 0, lastInsertID: 0)
        try run(sql) { statement throws(DatabaseError) in outcome = statement.outcome }
        return outcome
    }

    /// All rows of a query.
    @inlinable
    public func all<T: RowDecodable>(_ sql: SQL, as type: T.Type = T.self) throws(DatabaseError) -> [T] {
        var rows: [T] = []
        try run(sql) { statement throws(DatabaseError) in
            rows = []
            try statement.check(type)
            while let row = try statement.nextRow() { rows.append(try T(row: row)) }
        }
        return rows
    }

    /// The first row of a query, or `nil`.
    @inlinable
    public func first<T: RowDecodable>(_ sql: SQL, as type: T.Type = T.self) throws(DatabaseError) -> T? {
        var first: T?
        try run(sql) { statement throws(DatabaseError) in
            try statement.check(type)
            first = if let row = try statement.nextRow() { try T(row: row) } else { nil }
        }
        return first
    }

    /// Whether the server accepts changes. If it does not, the endpoints are tried again, since another one may have
    /// taken over.
    package func isWritable() throws(DatabaseError) -> Bool {
        if try !isReadOnly() { return true }
        guard scope == nil else { return false }
        session = nil
        return try !isReadOnly()
    }

    /// Makes a change that only accompanies a read; it is left out if no server accepts changes.
    package func note(_ change: (Connection) throws(DatabaseError) -> Void) throws(DatabaseError) {
        do throws(DatabaseError) {
            try change(self)
        } catch {
            guard error.isReadOnly else { throw error }
        }
    }

    private func isReadOnly() throws(DatabaseError) -> Bool {
        try repeatingOnce { session throws(DatabaseError) in try session.isReadOnly() }
    }

    /// Runs `body` while this connection's session holds a named lock, which no other session of the server can hold at
    /// the same time. The lock is released at the end, at the latest with the session. A session that replaces a lost
    /// one takes the lock too, and waits up to three seconds for it; if it cannot, all further statements of `body`
    /// fail.
    /// - Parameter name: up to 64 characters, shared by all databases of the server.
    /// - Returns: `nil`, without running `body`, if another session holds the lock.
    package func withNamedLock<T>(_ name: String, _ body: () throws -> T) throws -> T? {
        guard try first(Session.taking(lock: name), as: Bool.self) == true else { return nil }
        locks.append(name)
        defer {
            locks.removeLast()
            do throws(DatabaseError) {
                try execute("DO RELEASE_LOCK(\(name))")
            } catch {
                close()
            }
        }
        return try body()
    }

    /// Ends the session; the next use starts another. Inside a transaction this is a programming error, and the
    /// transaction fails.
    public func close() {
        session = nil
        scope?.failure = DatabaseError(.usage("the connection was closed inside its transaction"))
    }
}

// MARK: - Sessions

extension Connection {
    /// A sequence of statements that belong to one session: if the session is lost, all following statements fail.
    struct Scope {
        enum Kind {
            case transaction
            case migration
        }

        let kind: Kind
        /// Whether a transaction that starts inside joins this one.
        var isShared = false
        /// Whether a transaction that joined this one has thrown: its changes cannot be rolled back separately.
        var hasFailedPart = false
        /// The error that ended this scope.
        var failure: DatabaseError?
    }

    /// Runs `body` in one session without time limits, and then ends that session with its locks and settings.
    func withSessionOfItsOwn<T>(_ body: () throws -> T) throws -> T {
        guard scope == nil else { throw DatabaseError(.usage("a migration inside a transaction")) }
        session = nil
        readTimeout = nil
        defer {
            scope = nil
            session = nil
            readTimeout = Session.answerTimeout
        }
        _ = try openSession()
        scope = Scope(kind: .migration)
        return try body()
    }

    /// Runs a statement of a migration file in the session of `withSessionOfItsOwn`.
    func runMigration(_ statement: String) throws(DatabaseError) {
        guard let session, scope?.kind == .migration else {
            throw DatabaseError(.usage("a script outside a migration"))
        }
        try session.runMigration(statement)
    }

    /// Whether a transaction that starts now joins the one under way.
    var isSharingTransaction: Bool { isInTransaction && scope?.isShared == true }

    /// Runs a transaction as part of the one under way, which can commit only if this throws nothing.
    func joined<T>(_ body: (Connection) throws -> T) throws -> T {
        do {
            return try body(self)
        } catch {
            scope?.hasFailedPart = true
            throw error
        }
    }

    /// Starts a scope by START TRANSACTION.
    func begin(isShared: Bool) throws(DatabaseError) {
        try repeatingOnce { session throws(DatabaseError) in
            try session.command("START TRANSACTION", changes: false)
        }
        scope = Scope(kind: .transaction, isShared: isShared)
    }

    /// Ends the scope by COMMIT.
    func commit() throws(DatabaseError) {
        if let failure = scope?.failure { throw failure }
        guard scope?.hasFailedPart != true else {
            throw DatabaseError(.usage("a part of the transaction has failed"))
        }
        if let session {
            session.allow(try remainingTime())
            do throws(DatabaseError) {
                try session.command("COMMIT", changes: true)
            } catch {
                if error.isUnavailable { self.session = nil }
                throw error
            }
        }
        scope = nil
    }

    /// Ends the scope by ROLLBACK, or, if that fails, by closing the session, which has the same effect.
    /// - Returns: the error that would have prevented a COMMIT, if any.
    func abandon() -> DatabaseError? {
        let failure = scope?.failure
        scope = nil
        do throws(DatabaseError) {
            session?.allow((try? remainingTime()) ?? Session.leastTimeout)
            try session?.command("ROLLBACK", changes: false)
        } catch {
            session = nil
        }
        return failure
    }

    /// Runs a statement, and lends it to read its result: twice if it is repeated.
    @usableFromInline
    func run(_ sql: SQL, _ read: (Statement) throws(DatabaseError) -> Void) throws(DatabaseError) {
        guard scope != nil else {
            return try repeatingOnce { session throws(DatabaseError) in try session.run(sql, read) }
        }
        try runInScope(sql, read)
    }

    /// Runs a statement as part of the transaction. An error that ends the transaction on the server ends it here too:
    /// otherwise later statements would commit one by one.
    private func runInScope(
        _ sql: SQL, _ read: (Statement) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        if let failure = scope?.failure { throw failure }
        do throws(DatabaseError) {
            try openSession().run(sql, read)
        } catch {
            guard error.isUnavailable else {
                if error.endsTransaction { scope?.failure = error }
                throw error
            }
            session = nil
            let failure = isInTransaction ? error.withNothingDone : error
            scope?.failure = failure
            throw failure
        }
    }

    /// Repeats an operation after the loss of the session, if that is harmless or the operation was not executed.
    private func repeatingOnce<T>(
        _ body: (Session) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T {
        do throws(DatabaseError) {
            return try body(openSession())
        } catch {
            guard error.isUnavailable, session != nil else { throw error }
            session = nil
            guard error.kind == .unavailable, !error.isTimeout else { throw error }
        }
        let session = try openSession()
        do throws(DatabaseError) {
            return try body(session)
        } catch {
            if error.isUnavailable { self.session = nil }
            throw error
        }
    }

    private func openSession() throws(DatabaseError) -> Session {
        let time = try remainingTime()
        if let session, scope != nil || !session.wasClosedByServer {
            session.allow(time)
            return session
        }
        session = nil
        let session = try database.openSession(readTimeout: readTimeout.map { min($0, time) }, until: deadline)
        for lock in locks where try !session.take(lock: lock) {
            throw DatabaseError(.unavailable, detail: "a lock was lost with its session, and another session holds it")
        }
        self.session = session
        session.allow(try remainingTime())
        return session
    }

    /// The time limit for the next answer.
    private func remainingTime() throws(DatabaseError) -> Duration {
        guard let deadline else { return Session.answerTimeout }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else {
            throw DatabaseError(.unavailable, detail: "the time for this request is used up", isTimeout: true)
        }
        return min(left, Session.answerTimeout)
    }
}

extension DatabaseError {
    /// Whether this error made the server roll back its transaction.
    fileprivate var endsTransaction: Bool {
        number.map { ServerError.rolledBack.contains($0) } ?? false
    }

    /// The same loss, but before COMMIT, so the server rolls back all changes.
    fileprivate var withNothingDone: DatabaseError {
        DatabaseError(.unavailable, number: number, sql: sql, isTimeout: isTimeout)
    }
}
