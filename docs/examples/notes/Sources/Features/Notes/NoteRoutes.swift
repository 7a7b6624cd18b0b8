import Gatehouse

extension Notes {
    package var routes: [Route] {
        let notes = ResourceRoutes(
            Note.self, at: "/notes", tag: "Notes", reads: .notesRead, writes: .notesWrite, maximumBodyBytes: 64 << 10)
        return [
            notes.create("Write a note", by: service.create),
            notes.list(
                "List your notes", description: "`q` finds the beginnings of words in titles.", by: service.list),
            notes.read("Read a note", by: service.read),
            notes.update(
                "Change a note", description: "Fields that are left out stay as they are.", by: service.update),
            notes.delete("Delete a note", description: "For good.", by: service.delete),
        ]
    }
}
