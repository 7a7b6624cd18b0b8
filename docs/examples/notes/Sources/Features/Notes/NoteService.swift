import Database
import FoundationEssentials
import Gatehouse
import Web

/// What can be done with notes, each change in one transaction with its audit row.
struct NoteService {
    let lists: Lists

    func create(_ input: CreateNote, _ call: Call) throws -> Note {
        let (user, id) = (try call.user, UUID.v7())
        return try call.db.transaction { db in
            try NoteRepository.insert(id, of: user.id, input, in: db)
            try call.audit(.noteCreated, id, in: db)
            return try NoteRepository.find(id, of: user.id, in: db).orNotFound()
        }
    }

    func list(_ input: ListNotes, _ call: Call) throws -> Answer<[Note]> {
        let user = try call.user
        let page = try lists.page(input.list, of: NoteRepository.source(for: input, of: user.id), call)
        let rows = try NoteRepository.find(page.ids, of: user.id, in: call.db)
        return Answer(page.inOrder(rows, by: \.id), meta: page.meta)
    }

    func read(_ id: UUID, _ call: Call) throws -> Note {
        try NoteRepository.find(id, of: call.user.id, in: call.db).orNotFound()
    }

    func update(_ change: UpdateNote, _ call: Call) throws -> Note {
        let user = try call.user
        return try call.db.transaction { db in
            let row = try lock(change.id, of: user.id, call, in: db)
            let changed = try change.fieldsThatChange(row)
            if changed.isEmpty { return row }
            try NoteRepository.update(row.id, of: user.id, with: change, in: db)
            try call.audit(.noteUpdated, row.publicID, changed: changed, in: db)
            return try NoteRepository.find(row.publicID, of: user.id, in: db).orNotFound()
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        let user = try call.user
        try call.db.transaction { db in
            let row = try lock(id, of: user.id, call, in: db)
            try NoteRepository.delete(row.id, of: user.id, in: db)
            try call.audit(.noteDeleted, row.publicID, in: db)
        }
    }

    /// Locks a note of the caller, in the version that `If-Match` names.
    private func lock(
        _ id: UUID, of userID: UInt64, _ call: Call, in db: Connection
    ) throws -> Note {
        let row = try NoteRepository.find(id, of: userID, lock: .exclusive, in: db).orNotFound()
        try call.requireVersion(of: row)
        return row
    }
}

extension AuditAction {
    static let noteCreated = AuditAction(rawValue: "note.created")
    static let noteUpdated = AuditAction(rawValue: "note.updated")
    static let noteDeleted = AuditAction(rawValue: "note.deleted")
}
