import FoundationEssentials
import Gatehouse
import Web

extension Notes {
    package var routes: [Route] {
        [
            Route(
                .post, "/notes", "Write a note", tag: "Notes", guard: .user, scope: .notesWrite, tier: .standard,
                isVersioned: true, maximumBodyBytes: 64 << 10, input: CreateNote.self, returns: .created(Note.self)
            ) { input, call in created(try service.create(input, call)) },
            Route(
                .get, "/notes", "List your notes", description: "`q` finds the beginnings of words in titles.",
                tag: "Notes", guard: .user, scope: .notesRead, tier: .standard, input: ListNotes.self,
                returns: .ok([Note].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .get, "/notes/{id}", "Read a note", tag: "Notes", guard: .owner, scope: .notesRead, tier: .standard,
                isVersioned: true, input: NamedNote.self, returns: .ok(Note.self)
            ) { input, call in answer(try service.read(input.id, call)) },
            Route(
                .patch, "/notes/{id}", "Change a note", description: "Fields that are left out stay as they are.",
                tag: "Notes", guard: .owner, scope: .notesWrite, tier: .standard, isVersioned: true,
                maximumBodyBytes: 64 << 10, input: UpdateNote.self, returns: .ok(Note.self)
            ) { input, call in answer(try service.update(input, call)) },
            Route(
                .delete, "/notes/{id}", "Delete a note", description: "For good.", tag: "Notes", guard: .owner,
                scope: .notesWrite, tier: .standard, isVersioned: true, input: NamedNote.self, returns: .noContent
            ) { input, call in
                try service.delete(input.id, call)
                return Answer(NoContent())
            },
        ]
    }

    private func created(_ note: Note) -> Answer<Note> {
        var answer = answer(note)
        answer.headers[.location] = "/api/v1/notes/\(note.publicID.uuidString.lowercased())"
        return answer
    }

    private func answer(_ note: Note) -> Answer<Note> {
        Answer(note, headers: [.eTag: note.entityTag.text])
    }
}
