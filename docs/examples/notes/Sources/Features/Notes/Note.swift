import Database
import FoundationEssentials
import Gatehouse
import Web

/// A note that a user has written.
struct Note: RowDecodable, VersionedResource {
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

    static let columns: SQL = "id, public_id, title, text, is_pinned, version, created_at, updated_at"

    init(row: Row) throws(DatabaseError) {
        id = try row.decode("id")
        publicID = try row.decode("public_id")
        title = try row.decode("title")
        text = try row.decode("text")
        isPinned = try row.decode("is_pinned")
        version = try row.decode("version")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    func write(to output: inout Output) {
        output.field("id", publicID)
        output.field("title", title)
        output.field("text", text)
        output.field("pinned", isPinned)
        output.field("createdAt", createdAt)
        output.field("updatedAt", updatedAt)
    }

    var entityTag: EntityTag { EntityTag(of: publicID, version: version) }

    static let example = Note()

    private init() {
        id = 0
        publicID = .example
        title = "Bernoulli numbers"
        text = "Ask Mr Babbage how the mill carries."
        isPinned = false
        version = 1
        createdAt = .example
        updatedAt = .example
    }
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

    static let exampleBody: JSON? = ["title": "Bernoulli numbers", "text": "Ask Mr Babbage how the mill carries."]
}

/// Which notes, which part of them, and in which order.
struct ListNotes: RequestInput {
    let isPinned: Bool?
    let list: ListRequest<Note.Sort>

    init(from input: inout Input) {
        isPinned = input.query("pinned", .boolean)
        list = ListRequest(from: &input, Self.combinations)
    }

    /// Every one has its index. The first sort is the default.
    static let combinations = ListCombinations<Note.Sort>(
        [([], [.updatedAt, .title]), (["pinned"], [.updatedAt])], searchableWith: [[]])
}

/// What can be changed about a note.
struct UpdateNote: RequestInput {
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

    static let exampleBody: JSON? = ["pinned": true]
}
