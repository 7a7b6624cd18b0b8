import FoundationEssentials
import Gatehouse
import Web

/// What happens to a note. The audit and webhooks have it under the same name.
protocol NoteEvent: RefusableEvent, PublishedEvent {
    /// The public id of the note.
    var id: UUID { get }
    /// Whose it is.
    var user: UserReference { get }
}

extension NoteEvent {
    static var auditActions: [AuditAction] { [action] }
    var auditEntry: AuditEntry? { AuditEntry(Self.action, id) }

    func write(to output: inout Output) {
        output.field("noteId", id)
        output.field("userId", user.publicID)
    }
}

/// A note was created.
struct NoteCreated: NoteEvent {
    let id: UUID
    let user: UserReference

    static let publication = Publication(
        "note.created", "A note was created.",
        example: Self(id: .example, user: .example))
}

/// A note was changed.
struct NoteUpdated: NoteEvent {
    let id: UUID
    let user: UserReference
    /// The names of the changed fields.
    let fields: [String]

    static let publication = Publication(
        "note.updated", "A note was changed.",
        example: Self(id: .example, user: .example, fields: ["title"]))

    var auditEntry: AuditEntry? { AuditEntry(Self.action, id, changed: fields) }
}

/// A note was deleted.
struct NoteDeleted: NoteEvent {
    let id: UUID
    let user: UserReference

    static let publication = Publication(
        "note.deleted", "A note was deleted.",
        example: Self(id: .example, user: .example))
}
