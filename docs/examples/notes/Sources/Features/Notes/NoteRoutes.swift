import FoundationEssentials
import Gatehouse
import Web

extension Notes {
    package var routes: [Route] {
        [
            Route(
                .post, "/notes", "Write a note", tag: "Notes", guard: .user, scope: .notesWrite, tier: .standard,
                isVersioned: true, maximumBodyBytes: 64 << 10, input: CreateNote.self, returns: .created(Note.self)
            ) { input, call in Answer(created: try service.create(input, call), call) },
            Route(
                .get, "/notes", "List your notes", description: "`q` finds the beginnings of words in titles.",
                tag: "Notes", guard: .user, scope: .notesRead, tier: .standard, input: ListNotes.self,
                returns: .ok([Note].self)
            ) { input, call in try service.list(input, call) },
            Route(
                .get, "/notes/{id}", "Read a note", tag: "Notes", guard: .owner, scope: .notesRead, tier: .standard,
                isVersioned: true, input: NamedResource.self, returns: .ok(Note.self)
            ) { input, call in Answer(try service.read(input.id, call)) },
            Route(
                .patch, "/notes/{id}", "Change a note", description: "Fields that are left out stay as they are.",
                tag: "Notes", guard: .owner, scope: .notesWrite, tier: .standard, isVersioned: true,
                maximumBodyBytes: 64 << 10, input: UpdateNote.self, returns: .ok(Note.self)
            ) { input, call in Answer(try service.update(input, call)) },
            Route(
                .delete, "/notes/{id}", "Delete a note", description: "For good.", tag: "Notes", guard: .owner,
                scope: .notesWrite, tier: .standard, isVersioned: true, input: NamedResource.self, returns: .noContent
            ) { input, call in Answer(done: try service.delete(input.id, call)) },
        ]
    }
}
