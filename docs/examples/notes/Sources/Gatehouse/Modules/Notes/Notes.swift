import Database
import Web

/// The notes that users write for themselves.
struct Notes: Module {
    static let permissions: [PermissionDeclaration] = [
        .user(.notesRead, "Read your notes"), .user(.notesWrite, "Write, change and delete your notes"),
    ]
    static let exportSections = [
        ExportSection("notes") { subject, last in
            try NoteRepository.exported(
                of: subject.user.id, after: last?.id, limit: ExportSection.batch, in: subject.db)
        }
    ]

    let service: NoteService

    init(_ services: Services) {
        service = NoteService(lists: services.lists)
    }

    static func erase(_ user: UserReference, telling hooks: Hooks, in db: Connection) throws {
        try Words.removeAll(from: NoteRepository.wordScope(of: user.id), in: db)
    }
}

extension Permission {
    /// Read one's own notes.
    static let notesRead = Permission(rawValue: "notes:read")
    /// Write one's own notes.
    static let notesWrite = Permission(rawValue: "notes:write")
}
