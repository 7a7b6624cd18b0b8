import Database
import FoundationEssentials
import Gatehouse
import Web

/// A note of a user.
struct Note: VersionedRecord {
    /// What notes can be sorted by.
    enum Sort: String, CaseIterable {
        case updatedAt, title
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let title: String
    let text: String
    let isPinned: Bool
    let version: Int
    let createdAt: Date
    let updatedAt: Date

    static let columns = Columns(
        Note.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("title", \.title, as: "title"),
        Column("text", \.text, as: "text"),
        Column("is_pinned", \.isPinned, as: "pinned"),
        Column("version", \.version),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("updated_at", \.updatedAt, as: "updatedAt"))

    static let example = Note(
        id: 0, publicID: .example, title: "First example", text: "A longer text.", isPinned: false,
        version: 1, createdAt: .example, updatedAt: .example)
}

extension Note {
    fileprivate static let titleField = Field<String>.line(1...100)
    fileprivate static let textField = Field<String>.paragraphs(0...5000)
}

/// A new note.
struct CreateNote: RequestInput {
    let title: String
    let text: String
    let isPinned: Bool

    init(from input: inout Input) {
        title = input.required("title", Note.titleField)
        text = input.optional("text", Note.textField) ?? ""
        isPinned = input.optional("pinned", .boolean) ?? false
    }

    static let exampleBody: JSON? = ["title": "First example", "text": "A longer text."]
}

/// Which notes, which part of them, and in which order.
struct ListNotes: RequestInput {
    let isPinned: Bool?
    let list: ListRequest<Note.Sort>

    init(from input: inout Input) {
        isPinned = input.query("pinned", .boolean.described("Only pinned notes, or only others."))
        list = ListRequest(from: &input, Self.indexes)
    }

    /// Each begins with the owner. The first sort is the default.
    static let indexes = ListIndexes<Note.Sort>(
        [
            ([], .updatedAt, "idx_notes_updated_at", "updated_at"),
            ([], .title, "idx_notes_title", "title"),
            (["pinned"], .updatedAt, "idx_notes_pinned_updated_at", "updated_at"),
        ], searchableWith: [[]])
}

/// What can be changed about a note.
struct UpdateNote: RequestInput, RecordChange {
    let id: UUID
    let title: String?
    let text: String?
    let isPinned: Bool?

    init(from input: inout Input) {
        id = input.path("id", .uuid)
        title = input.optional("title", Note.titleField)
        text = input.optional("text", Note.textField)
        isPinned = input.optional("pinned", .boolean)
    }

    var changes: [Change<Note>] {
        [Change(\.title, to: title), Change(\.text, to: text), Change(\.isPinned, to: isPinned)]
    }

    static let exampleBody: JSON? = ["pinned": true]
}
