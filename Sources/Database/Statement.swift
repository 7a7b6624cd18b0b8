import CMariaDB

/// A prepared statement of one session.
final class Statement {
    /// When it was last used, in uses of its cache.
    var lastUse = 0

    private let handle: UnsafeMutablePointer<MYSQL_STMT>
    private let text: String
    private let onlyReads: Bool
    private var buffers: ResultBuffers?

    /// Prepares a statement.
    init(_ sql: SQL, on connection: UnsafeMutablePointer<MYSQL>) throws(DatabaseError) {
        guard let handle = mysql_stmt_init(connection) else {
            throw DatabaseError(ServerError(connection), sql: sql.text, changes: false)
        }
        self.handle = handle
        text = sql.text
        onlyReads = sql.onlyReads
        var text = text
        let status = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                mysql_stmt_prepare(handle, $0.baseAddress, UInt($0.count))
            }
        }
        guard status == 0 else { throw failure(changes: false) }
    }

    deinit {
        mysql_stmt_close(handle)
    }

    /// Executes the statement, lends it for reading what it answered, and makes it ready for the next time.
    func run<T>(
        _ values: [SQLBinding], _ read: (Statement) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T {
        guard mysql_stmt_param_count(handle) == UInt(values.count) else {
            throw DatabaseError(.usage("the literal text of a statement contains a ?"), sql: text)
        }
        let parameters = try Parameters(values)
        guard mysql_stmt_bind_param(handle, parameters.binds.baseAddress) == 0 else {
            throw failure(changes: false)
        }
        let executed = withExtendedLifetime(parameters) { mysql_stmt_execute(handle) == 0 }
        guard executed else { throw failure(changes: !onlyReads) }
        guard mysql_stmt_field_count(handle) > 0 else { return try read(self) }

        try bindResult()
        guard mysql_stmt_store_result(handle) == 0 else { throw failure(changes: !onlyReads) }
        defer { mysql_stmt_free_result(handle) }
        return try read(self)
    }

    /// What a change did.
    var outcome: Outcome {
        Outcome(
            affectedRows: Int(truncatingIfNeeded: mysql_stmt_affected_rows(handle)),
            lastInsertID: mysql_stmt_insert_id(handle))
    }

    /// The next row of the result.
    func nextRow() throws(DatabaseError) -> Row? {
        guard let buffers else { return nil }
        switch mysql_stmt_fetch(handle) {
        // A column longer than its slot counts as truncated; the buffers fetch the rest.
        case 0, MYSQL_DATA_TRUNCATED: return buffers.row(of: handle)
        case MYSQL_NO_DATA: return nil
        default: throw failure(changes: !onlyReads)
        }
    }

    private func bindResult() throws(DatabaseError) {
        let count = Int(mysql_stmt_field_count(handle))
        let fields = UnsafeBufferPointer(start: mariadb_stmt_fetch_fields(handle), count: count)
        let buffers = if let buffers, buffers.fit(fields) { buffers } else { ResultBuffers(fields) }
        guard buffers.bind(to: handle) else { throw failure(changes: !onlyReads) }
        self.buffers = buffers
    }

    private func failure(changes: Bool) -> DatabaseError {
        DatabaseError(ServerError(handle), sql: text, changes: changes)
    }
}

/// What a statement that answers no rows did.
public struct Outcome: Sendable {
    /// How many rows the statement changed. A row that an UPDATE finds but leaves as it was does not count, so a
    /// conditional UPDATE that consumes something must set what differs. INSERT … ON DUPLICATE KEY UPDATE counts 1
    /// for an inserted and 2 for a changed row.
    public let affectedRows: Int
    /// The AUTO_INCREMENT value that was made for the first inserted row; 0 when none was.
    public let lastInsertID: UInt64
}

/// The prepared statements of one session, of which the longest unused goes first. A long one is not kept: to the server each
/// `SELECT` of a statement is some 27 KB, and to prepare it again is a small part of what it does.
struct StatementCache {
    /// The longest text that is kept, in bytes.
    private static let longestKept = 4096

    private let capacity: Int
    private var statements: [String: Statement] = [:]
    private var uses = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// The statement with that text, prepared now unless it is kept from before.
    mutating func statement(
        for sql: SQL, on connection: UnsafeMutablePointer<MYSQL>
    ) throws(DatabaseError) -> Statement {
        uses += 1
        if let statement = statements[sql.text] {
            statement.lastUse = uses
            return statement
        }
        guard sql.text.utf8.count <= StatementCache.longestKept else { return try prepare(sql, on: connection) }
        if statements.count >= capacity { evict(1) }
        let statement = try prepare(sql, on: connection)
        statement.lastUse = uses
        statements[sql.text] = statement
        return statement
    }

    /// Prepares a statement. Where all sessions together hold as many as the server allows, this one gives half of its
    /// own back first.
    private mutating func prepare(
        _ sql: SQL, on connection: UnsafeMutablePointer<MYSQL>
    ) throws(DatabaseError) -> Statement {
        do throws(DatabaseError) {
            return try Statement(sql, on: connection)
        } catch {
            guard error.number == ServerError.tooManyStatements, !statements.isEmpty else { throw error }
        }
        evict((statements.count + 1) / 2)
        return try Statement(sql, on: connection)
    }

    /// Closes the statements that have been unused for longest.
    private mutating func evict(_ count: Int) {
        for oldest in statements.sorted(by: { $0.value.lastUse < $1.value.lastUse }).prefix(count) {
            statements[oldest.key] = nil
        }
    }

    /// Closes a statement.
    mutating func remove(_ sql: SQL) {
        statements[sql.text] = nil
    }

    /// Closes every statement.
    mutating func removeAll() {
        statements = [:]
    }
}
