import Database
import FoundationEssentials
import Gatehouse
import Web

/// Every statement about the table `notes`, and the words of titles. Whose notes they are is an argument of each.
enum NoteRepository {
    static func insert(
        _ publicID: UUID, of userID: UInt64, _ input: CreateNote, in db: Connection
    ) throws {
        let inserted = try db.execute(
            """
            INSERT INTO notes (public_id, user_id, title, text, is_pinned)
            VALUES (\(publicID), \(userID), \(input.title), \(input.text), \(input.isPinned))
            """)
        try Words.set([input.title], of: inserted.lastInsertID, in: wordScope(of: userID), in: db)
    }

    static func find(_ publicID: UUID, of userID: UInt64, in db: Connection) throws(DatabaseError) -> Note? {
        try db.first("SELECT \(Note.columns) FROM notes WHERE public_id = \(publicID) AND user_id = \(userID)")
    }

    /// The same, locked for a change.
    static func lock(_ publicID: UUID, of userID: UInt64, in db: Connection) throws(DatabaseError) -> Note? {
        try db.first(
            "SELECT \(Note.columns) FROM notes WHERE public_id = \(publicID) AND user_id = \(userID) FOR UPDATE")
    }

    /// Changes a locked note.
    static func update(
        _ id: UInt64, of userID: UInt64, with change: UpdateNote, in db: Connection
    ) throws {
        try db.execute(
            """
            UPDATE notes SET title = COALESCE(\(change.title), title), text = COALESCE(\(change.text), text),
                             is_pinned = COALESCE(\(change.isPinned), is_pinned), version = version + 1
            WHERE id = \(id) AND user_id = \(userID)
            """)
        if let title = change.title { try Words.set([title], of: id, in: wordScope(of: userID), in: db) }
    }

    /// Deletes a locked note.
    static func delete(_ id: UInt64, of userID: UInt64, in db: Connection) throws(DatabaseError) {
        try db.execute("DELETE FROM notes WHERE id = \(id) AND user_id = \(userID)")
        try Words.remove(of: id, from: wordScope(of: userID), in: db)
    }

    /// The notes of a user behind one, in the order of their making, for the export of the account.
    static func exported(
        of userID: UInt64, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [Note] {
        try db.all(
            """
            SELECT \(Note.columns) FROM notes FORCE INDEX (idx_notes_user)
            WHERE user_id = \(userID) AND id > \(id ?? 0) ORDER BY id LIMIT \(limit)
            """)
    }

    /// What the words of a user's notes stand under. No foreign key holds them: whoever deletes a user removes them.
    static func wordScope(of userID: UInt64) -> String { "notes/\(userID)" }
}

// MARK: - Lists

extension NoteRepository {
    /// Where the notes of a list are: one range of an index, or what a search finds.
    static func source(for input: ListNotes, of userID: UInt64) -> ListSource {
        if let search = input.list.search { return .search(search, scopes: [wordScope(of: userID)]) }
        var condition: SQL = "user_id = \(userID)"
        if let isPinned = input.isPinned { condition += " AND is_pinned = \(isPinned)" }
        let (index, column) = order(input.list.sort, isPinned: input.isPinned)
        return .range(ListRange(table: "notes", index: index, id: "id", column: column, condition: condition))
    }

    /// The index that holds a user's notes in the order of the list, and the column that orders it. Left to itself the
    /// server chooses by its estimates, and sorts where it expects few rows.
    private static func order(_ sort: Note.Sort, isPinned: Bool?) -> (index: SQL, column: SQL) {
        switch (sort, isPinned) {
        case (.updatedAt, nil): ("idx_notes_updated_at", "updated_at")
        case (.updatedAt, _?): ("idx_notes_pinned_updated_at", "updated_at")
        case (.title, _): ("idx_notes_title", "title")
        }
    }

    /// The notes of a page of such a list.
    static func find(_ ids: [UInt64], of userID: UInt64, in db: Connection) throws(DatabaseError) -> [Note] {
        try db.all("SELECT \(Note.columns) FROM notes WHERE id IN (\(list: ids)) AND user_id = \(userID)")
    }
}
