import CMariaDB

/// A prepared statement of one session.
@usableFromInline
final class Statement {
    /// The time of its last use, counted in uses of its cache.
    var lastUse = 0
    let text: String

    private let handle: UnsafeMutablePointer<MYSQL_STMT>
    private let onlyReads: Bool
    private let parameters: Parameters
    private var buffers: ResultBuffers?

    /// Prepares a statement.
    init(_ text: String, on connection: UnsafeMutablePointer<MYSQL>) throws(DatabaseError) {
        guard let handle = mysql_stmt_init(connection) else {
            throw DatabaseError(ServerError(connection), sql: text, changes: false)
        }
        var utf8 = text
        let status = utf8.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                mysql_stmt_prepare(handle, $0.baseAddress, UInt($0.count))
            }
        }
        guard status == 0 else {
            defer { mysql_stmt_close(handle) }
            throw DatabaseError(ServerError(handle), sql: text, changes: false)
        }
        self.handle = handle
        self.text = text
        // Running a SELECT twice is the same as running it once, so it is repeated on a new session when the old one is
        // lost. The server does not say which statements change nothing; another one that only reads, such as SHOW, is
        // merely not repeated.
        onlyReads = text.drop(while: \.isWhitespace).prefix(6).lowercased() == "select"
        parameters = Parameters(count: Int(mysql_stmt_param_count(handle)))
    }

    deinit {
        mysql_stmt_close(handle)
    }

    /// Executes the statement, lends it to read the result, and prepares it for the next use.
    func run(
        _ values: [SQLBinding], _ read: (Statement) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        guard parameters.count == values.count else {
            throw DatabaseError(.usage("the literal text of a statement contains a ?"), sql: text)
        }
        guard try parameters.bind(values, to: handle) else { throw failure(changes: false) }
        let status = mysql_stmt_execute(handle)
        parameters.giveBackLongSlots()
        guard status == 0 else { throw failure(changes: !onlyReads) }
        guard mysql_stmt_field_count(handle) > 0 else { return try read(self) }

        try bindResult()
        guard mysql_stmt_store_result(handle) == 0 else { throw failure(changes: !onlyReads) }
        defer {
            mysql_stmt_free_result(handle)
            buffers?.giveBackLongSlots()
        }
        try read(self)
    }

    /// Compares the columns of the result with those that a type reads by position.
    @usableFromInline
    func check(_ type: (some RowDecodable).Type) throws(DatabaseError) {
        do throws(DatabaseError) {
            try buffers?.check(type)
        } catch {
            throw DatabaseError(error.kind, sql: text)
        }
    }

    /// The outcome of a change.
    var outcome: Outcome {
        Outcome(
            affectedRows: Int(truncatingIfNeeded: mysql_stmt_affected_rows(handle)),
            lastInsertID: mysql_stmt_insert_id(handle))
    }

    /// The next row of the result.
    @usableFromInline
    func nextRow() throws(DatabaseError) -> Row? {
        guard let buffers else { return nil }
        let status = mysql_stmt_fetch(handle)
        if status == MYSQL_NO_DATA { return nil }
        guard status == 0 || status == MYSQL_DATA_TRUNCATED,
            let row = buffers.row(of: handle, isTruncated: status == MYSQL_DATA_TRUNCATED)
        else { throw failure(changes: !onlyReads) }
        return row
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

/// The outcome of a statement that returns no rows.
public struct Outcome: Sendable {
    /// The number of rows that the statement changed. A row that an UPDATE finds but leaves unchanged does not count,
    /// so a conditional UPDATE that consumes something must set a different value. INSERT … ON DUPLICATE KEY UPDATE
    /// counts 1 for an inserted and 2 for a changed row.
    public let affectedRows: Int
    /// The AUTO_INCREMENT value of the first inserted row; 0 if there is none.
    public let lastInsertID: UInt64
}
