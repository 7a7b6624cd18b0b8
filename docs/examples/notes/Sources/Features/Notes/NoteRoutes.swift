import Gatehouse

extension Notes {
    package var routes: [Route] {
        let resource = ResourceRoutes(
            Note.self, at: "/notes", tag: "Notes",
            reads: .notesRead, writes: .notesWrite, maximumBodyBytes: 64 << 10)
        return [
            resource.create(
                "Create a note",
                errors: service.hooks.errors(of: NoteCreated.self), by: service.create),
            resource.list(
                "List your notes",
                description: "`q` finds the beginnings of words in titles.", by: service.list),
            resource.read("Read a note", by: service.read),
            resource.update(
                "Change a note",
                description: "Fields that are left out stay as they are.",
                errors: service.hooks.errors(of: NoteUpdated.self), by: service.update),
            resource.delete(
                "Delete a note", description: "For good.",
                errors: service.hooks.errors(of: NoteDeleted.self), by: service.delete),
        ]
    }
}
