import CMariaDB
import Glibc

/// One session with the server, from connecting to closing.
///
/// The client library needs no set-up per thread: Connector/C 3 keeps no state per thread (`mysql_thread_init` and
/// `mysql_thread_end` do nothing), and a handle may move between threads as long as only one uses it at a time.
final class Session {
    /// The time limit for connecting to one endpoint.
    static let connectTimeout = Duration.seconds(2)
    /// The time limit for an answer of the server, and for sending it a command.
    static let answerTimeout = Duration.seconds(10)
    /// The minimum time for connecting and rolling back, even if less is left until a deadline.
    static let leastTimeout = Duration.seconds(1)

    private let handle: UnsafeMutablePointer<MYSQL>
    private var statements: StatementCache
    /// The time limit for an answer of the server; `nil` waits as long as the connection exists.
    private var readTimeout: Duration?
    private let onStatement: StatementObserver

    /// `mysql_server_init` must run once, before threads make connections.
    private static let libraryIsReady = mysql_server_init(0, nil, nil) == 0

    /// Connects and sets up the session.
    /// - Parameter readTimeout: the time limit for an answer; `nil` waits as long as the connection exists.
    init(
        _ settings: DatabaseSettings, at endpoint: DatabaseSettings.Endpoint, readTimeout: Duration?,
        onStatement: @escaping StatementObserver = { _, _ in }
    ) throws(DatabaseError) {
        guard Session.libraryIsReady, let handle = mysql_init(nil) else {
            throw DatabaseError(.unavailable, detail: "the client library did not start")
        }
        self.handle = handle
        self.readTimeout = readTimeout
        self.onStatement = onStatement
        statements = StatementCache(capacity: settings.statementCacheSize)
        setTimeouts(read: readTimeout)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        setOption(MYSQL_OPT_LOCAL_INFILE, to: UInt32(0))
        switch endpoint {
        case .socket(let path):
            setOption(MYSQL_OPT_PROTOCOL, to: MYSQL_PROTOCOL_SOCKET.rawValue)
            try connect(settings, host: nil, port: 0, socket: path, at: endpoint)
        case .tcp(let host, let port):
            setOption(MYSQL_OPT_PROTOCOL, to: MYSQL_PROTOCOL_TCP.rawValue)
            if let tls = settings.tls { require(tls) }
            try connect(settings, host: host, port: port, socket: nil, at: endpoint)
        }
        try setUp(at: endpoint)
        if readTimeout == nil { try setUpForMigrations(at: endpoint) }
    }

    deinit {
        statements.removeAll()
        mysql_close(handle)
    }

    /// Whether the server has closed the session while it was idle. The server sends nothing between two commands, so
    /// readable data means the end of the connection, or the reason for it.
    var wasClosedByServer: Bool {
        var descriptor = pollfd(fd: Int32(mysql_get_socket(handle)), events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }

    /// Sets the time limit for each following answer; a session without a limit stays without.
    func allow(_ time: Duration) {
        guard readTimeout != nil else { return }
        readTimeout = time
        gatehouse_set_read_timeout(handle, Int32(clamping: time.milliseconds))
    }

    /// Runs an operation on the server, and marks a lost connection as a time-out if the wait was too long.
    private func timed<T>(_ body: () throws(DatabaseError) -> T) throws(DatabaseError) -> T {
        let start = ContinuousClock.now
        do throws(DatabaseError) {
            let result = try body()
            onStatement(.now - start, false)
            return result
        } catch {
            let duration = ContinuousClock.now - start
            onStatement(duration, true)
            guard error.isUnavailable, let readTimeout, duration >= readTimeout else { throw error }
            throw error.asTimeout
        }
    }

    /// Runs a prepared statement and lends it to read the result.
    func run(
        _ sql: SQL, _ read: (Statement) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        try timed { () throws(DatabaseError) in
            do throws(DatabaseError) {
                try runOnce(sql, read)
            } catch {
                guard error.needsPreparingAgain else { throw error }
                try runOnce(sql, read)
            }
        }
    }

    private func runOnce(
        _ sql: SQL, _ read: (Statement) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        let statement = try statements.statement(for: sql, on: handle)
        do throws(DatabaseError) {
            try statement.run(sql.bindings, read)
        } catch {
            statements.remove(statement)
            throw error
        }
    }

    /// The statement that takes a lock.
    /// - Parameter seconds: how long it waits for another session to release the lock.
    static func taking(lock name: String, waiting seconds: Int = 0) -> SQL {
        "SELECT COALESCE(GET_LOCK(\(name), \(seconds)), 0)"
    }

    /// Takes a lock that this session's predecessor held. This waits a moment, since the server may not have noticed
    /// yet that the predecessor is gone.
    func take(lock name: String) throws(DatabaseError) -> Bool {
        var isTaken = false
        try run(Session.taking(lock: name, waiting: 3)) { statement throws(DatabaseError) in
            try statement.check(Bool.self)
            isTaken = if let row = try statement.nextRow() { try Bool(row: row) } else { false }
        }
        return isTaken
    }

    /// Runs a command without values or result, such as COMMIT.
    func command(_ text: StaticString, changes: Bool) throws(DatabaseError) {
        try timed { () throws(DatabaseError) in
            guard text.withUTF8Buffer(send) == 0 else {
                throw DatabaseError(ServerError(handle), sql: text.description, changes: changes)
            }
        }
    }

    /// Whether the server accepts no changes from ordinary accounts, or this session is read-only. It is sent as text,
    /// so no prepared statement is kept for it; later versions answer words instead of numbers.
    func isReadOnly() throws(DatabaseError) -> Bool {
        try command(
            """
            SELECT CAST(@@GLOBAL.read_only AS CHAR) NOT IN ('0', 'OFF') OR @@GLOBAL.innodb_read_only OR @@tx_read_only
            """, changes: false)
        guard let result = mysql_store_result(handle) else {
            throw DatabaseError(ServerError(handle), sql: nil, changes: false)
        }
        defer { mysql_free_result(result) }
        return mysql_fetch_row(result).flatMap { $0[0] }.map { String(cString: $0) } != "0"
    }

    /// Runs one statement of a migration file.
    ///
    /// This is the only way to run text that is not in the source code.
    func runMigration(_ statement: String) throws(DatabaseError) {
        var statement = statement
        guard statement.withUTF8(send) == 0 else {
            throw DatabaseError(ServerError(handle), sql: nil, changes: true)
        }
        mysql_free_result(mysql_store_result(handle))
        guard mysql_errno(handle) == 0 else { throw DatabaseError(ServerError(handle), sql: nil, changes: true) }
    }

    private func send(_ text: UnsafeBufferPointer<UInt8>) -> Int32 {
        text.withMemoryRebound(to: CChar.self) { mysql_real_query(handle, $0.baseAddress, UInt($0.count)) }
    }
}

// MARK: - Opening

extension Session {
    private func setTimeouts(read: Duration?) {
        setOption(MYSQL_OPT_CONNECT_TIMEOUT, to: UInt32(Session.connectTimeout.components.seconds))
        setOption(MYSQL_OPT_WRITE_TIMEOUT, to: UInt32(Session.answerTimeout.components.seconds))
        if let read { setOption(MYSQL_OPT_READ_TIMEOUT, to: UInt32(max(read, Self.leastTimeout).components.seconds)) }
    }

    private func require(_ tls: DatabaseSettings.TLS) {
        mysql_options(handle, MYSQL_OPT_SSL_CA, tls.ca)
        setOption(MYSQL_OPT_SSL_ENFORCE, to: my_bool(1))
        setOption(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, to: my_bool(1))
    }

    private func setOption(_ option: mysql_option, to value: some BitwiseCopyable) {
        withUnsafePointer(to: value) { _ = mysql_options(handle, option, $0) }
    }

    private func connect(
        _ settings: DatabaseSettings, host: String?, port: UInt16, socket: String?,
        at endpoint: DatabaseSettings.Endpoint
    ) throws(DatabaseError) {
        let connected = mysql_real_connect(
            handle, host, settings.user, settings.password, settings.name, UInt32(port), socket, 0)
        guard connected != nil else { throw connectingFailed(at: endpoint) }
    }

    /// Makes the session independent of the server's configuration.
    ///
    /// Comparisons between values are exact; a column brings its own collation. Messages are English for
    /// `ServerError.duplicateKey`. Waits for locks on rows are limited to a few seconds, like those for locks on
    /// tables, which changes of the structure hold. The server also ends statements that the client has given up.
    private func setUp(at endpoint: DatabaseSettings.Endpoint) throws(DatabaseError) {
        do throws(DatabaseError) {
            try command(
                """
                SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin, time_zone = '+00:00', lc_messages = 'en_US',
                    tx_isolation = 'READ-COMMITTED', autocommit = 1, innodb_lock_wait_timeout = 3,
                    lock_wait_timeout = 3, max_statement_time = 9,
                    sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
                NO_ENGINE_SUBSTITUTION'
                """, changes: false)
        } catch {
            throw connectingFailed(at: endpoint)
        }
    }

    /// Lets statements run without limit, but wait only shortly for a table, since all readers of the table wait behind
    /// them.
    private func setUpForMigrations(at endpoint: DatabaseSettings.Endpoint) throws(DatabaseError) {
        do throws(DatabaseError) {
            try command("SET max_statement_time = 0, lock_wait_timeout = 2", changes: false)
        } catch {
            throw connectingFailed(at: endpoint)
        }
    }

    /// The message names the endpoint and the account; it cannot quote a statement, since none was sent.
    private func connectingFailed(at endpoint: DatabaseSettings.Endpoint) -> DatabaseError {
        let error = ServerError(handle)
        return DatabaseError(.unavailable, number: error.number, detail: "\(endpoint): \(error.message)")
    }
}

extension DatabaseError {
    fileprivate var needsPreparingAgain: Bool {
        number.map { ServerError.needPreparingAgain.contains($0) } ?? false
    }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
