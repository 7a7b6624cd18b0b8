import Database
import FoundationEssentials
import Gatehouse
import Web

/// What can be done with notes, each change in one transaction with its event.
struct NoteService {
    let lists: Lists
    let hooks: Hooks

    func create(_ input: CreateNote, _ call: Call) throws -> Note {
        let (user, id) = (try call.user, UUID.v7())
        return try call.db.transaction { db in
            try NoteRepository.insert(id, of: user, input, by: call.actor, telling: hooks, in: db)
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
            try NoteRepository.update(
                row, of: user, with: change, of: changed, by: call.actor, telling: hooks, in: db)
            return try NoteRepository.find(row.publicID, of: user.id, in: db).orNotFound()
        }
    }

    func delete(_ id: UUID, _ call: Call) throws {
        let user = try call.user
        try call.db.transaction { db in
            let row = try lock(id, of: user.id, call, in: db)
            try NoteRepository.delete(row, of: user, by: call.actor, telling: hooks, in: db)
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
