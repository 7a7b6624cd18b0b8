import CMariaDB

/// The prepared statements of one session; the least recently used is evicted first. Long statements are not kept: each
/// `SELECT` of a statement takes about 27 KB on the server, and preparing it again is a small part of its cost.
///
/// A statement is found by its literals, or by its text if these are new, so equal texts in different places share one
/// statement.
struct StatementCache {
    /// The maximum length of a text that is kept, in bytes.
    private static let longestKept = 4096

    private let capacity: Int
    private var byPieces: [[SQL.Piece]: Statement] = [:]
    private var byText: [String: Statement] = [:]
    private var uses = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// The statement with this text, prepared now unless it is in the cache.
    mutating func statement(
        for sql: SQL, on connection: UnsafeMutablePointer<MYSQL>
    ) throws(DatabaseError) -> Statement {
        uses += 1
        if let statement = byPieces[sql.pieces] {
            statement.lastUse = uses
            return statement
        }
        let text = sql.text
        if let statement = byText[text] {
            keep(statement, for: sql)
            return statement
        }
        guard text.utf8.count <= StatementCache.longestKept else { return try prepare(text, on: connection) }
        if byText.count >= capacity { evict(1) }
        let statement = try prepare(text, on: connection)
        keep(statement, for: sql)
        return statement
    }

    private mutating func keep(_ statement: Statement, for sql: SQL) {
        statement.lastUse = uses
        byText[statement.text] = statement
        // Different combinations of literals can form the same text, so this index can grow; those in use soon return.
        if byPieces.count >= 2 * capacity { byPieces = [:] }
        byPieces[sql.pieces] = statement
    }

    /// Prepares a statement. If all sessions together have as many as the server allows, this session closes half of
    /// its own first.
    private mutating func prepare(
        _ text: String, on connection: UnsafeMutablePointer<MYSQL>
    ) throws(DatabaseError) -> Statement {
        do throws(DatabaseError) {
            return try Statement(text, on: connection)
        } catch {
            guard error.number == ServerError.tooManyStatements, !byText.isEmpty else { throw error }
        }
        evict((byText.count + 1) / 2)
        return try Statement(text, on: connection)
    }

    /// Closes the statements that have been unused for longest.
    private mutating func evict(_ count: Int) {
        for oldest in byText.values.sorted(by: { $0.lastUse < $1.lastUse }).prefix(count) { remove(oldest) }
    }

    /// Closes a statement.
    mutating func remove(_ statement: Statement) {
        guard byText[statement.text] === statement else { return }
        byText[statement.text] = nil
        byPieces = byPieces.filter { $0.value !== statement }
    }

    /// Closes every statement.
    mutating func removeAll() {
        byText = [:]
        byPieces = [:]
    }
}
