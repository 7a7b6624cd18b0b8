import Database
import FoundationEssentials
import Gatehouse
import Web

/// Every statement on the table `notes`. The owner of the rows is a parameter of each.
enum NoteRepository {
    static func insert(
        _ publicID: UUID, of user: UserReference, _ input: CreateNote,
        by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        let inserted = try db.execute(
            """
            INSERT INTO notes (public_id, user_id, title, text, is_pinned)
            VALUES (\(publicID), \(user.id), \(input.title), \(input.text), \(input.isPinned))
            """)
        try Words.set([input.title], of: inserted.lastInsertID, in: wordScope(of: user.id), in: db)
        try hooks.fire(NoteCreated(id: publicID, user: user), by: actor, in: db)
    }

    static func find(
        _ publicID: UUID, of userID: UInt64, lock: RowLock = .none, in db: Connection
    ) throws(DatabaseError) -> Note? {
        try db.first(
            """
            SELECT \(Note.columns) FROM notes
            WHERE public_id = \(publicID) AND user_id = \(userID) \(lock)
            """)
    }

    /// Changes a locked note.
    /// - Parameter fields: the names of the fields whose value differs.
    static func update(
        _ row: Note, of user: UserReference, with change: UpdateNote,
        of fields: [String], by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute(
            """
            UPDATE notes SET \(change.assignments), version = version + 1
            WHERE id = \(row.id) AND user_id = \(user.id)
            """)
        if let title = change.title { try Words.set([title], of: row.id, in: wordScope(of: user.id), in: db) }
        try hooks.fire(NoteUpdated(id: row.publicID, user: user, fields: fields), by: actor, in: db)
    }

    /// Deletes a locked note.
    static func delete(
        _ row: Note, of user: UserReference,
        by actor: AuditActor, telling hooks: Hooks, in db: Connection
    ) throws {
        try db.execute("DELETE FROM notes WHERE id = \(row.id) AND user_id = \(user.id)")
        try Words.remove(of: row.id, from: wordScope(of: user.id), in: db)
        try hooks.fire(NoteDeleted(id: row.publicID, user: user), by: actor, in: db)
    }

    /// The notes of a user with ids greater than `id`, in their order, for the export.
    static func exported(
        of userID: UInt64, after id: UInt64?, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [Note] {
        try db.all(
            """
            SELECT \(Note.columns)
            FROM notes FORCE INDEX (idx_notes_user)
            WHERE user_id = \(userID) AND id > \(id ?? 0) ORDER BY id LIMIT \(limit)
            """)
    }

    /// The scope of the words of a user's notes. They have no foreign key, so `erase` removes them.
    static func wordScope(of userID: UInt64) -> String { "notes/\(userID)" }
}

// MARK: - Lists

extension NoteRepository {
    /// Where the notes of a list are: one range of an index, or what a search finds.
    static func source(for input: ListNotes, of userID: UInt64) -> ListSource {
        if let search = input.list.search { return .search(search, scopes: [wordScope(of: userID)]) }
        var condition: SQL = "user_id = \(userID)"
        if let isPinned = input.isPinned { condition += " AND is_pinned = \(isPinned)" }
        return .range(
            ListNotes.indexes.range(for: input.list, in: "notes", where: condition))
    }

    /// The notes of a page of such a list.
    static func find(
        _ ids: [UInt64], of userID: UInt64, in db: Connection
    ) throws(DatabaseError) -> [Note] {
        try db.all(
            """
            SELECT \(Note.columns) FROM notes
            WHERE id IN (\(list: ids)) AND user_id = \(userID)
            """)
    }
}
