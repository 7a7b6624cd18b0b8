import Database
import Gatehouse
import Web

/// The notes that users keep for themselves.
package struct Notes: Module {
    package static let migrationNamespace: String? = "notes"
    package static let tables = ["notes"]
    package static let permissions: [PermissionDeclaration] = [
        .user(.notesRead, "Read your notes"),
        .user(.notesWrite, "Create, change and delete your notes"),
    ]
    package static let events: [any Event.Type] = [
        NoteCreated.self, NoteUpdated.self, NoteDeleted.self,
    ]
    package static let exportSections = [
        ExportSection("notes") { subject, last in
            try NoteRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]

    let service: NoteService

    package init(_ services: Services) {
        service = NoteService(lists: services.lists, hooks: services.hooks)
    }

    package static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try Words.removeAll(from: NoteRepository.wordScope(of: user.id), in: db)
    }
}

extension Permission {
    /// Read one's own notes.
    static let notesRead = Permission(rawValue: "notes:read")
    /// Write one's own notes.
    static let notesWrite = Permission(rawValue: "notes:write")
}
