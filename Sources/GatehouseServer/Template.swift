/// The package of the guide, `docs/examples/notes`, to which the link beside this file leads: the files that `new-app`
/// writes, including those that `new-module` writes again. SwiftPM embeds their bytes, so these commands write files
/// that are built and tested here.
enum Template {
    static let files: [(path: String, text: String)] = [
        // Hidden files are not embedded.
        (".gitignore", ".build/\n.run/\n"),
        ("Makefile", text(PackageResources.Makefile)),
        ("Package.swift", text(PackageResources.Package_swift)),
        ("README.md", text(PackageResources.README_md)),
        ("Sources/App/main.swift", text(PackageResources.main_swift)),
        ("Sources/Features/Modules.swift", text(PackageResources.Modules_swift)),
        ("Sources/Features/Notes/Note.swift", text(PackageResources.Note_swift)),
        ("Sources/Features/Notes/NoteEvents.swift", text(PackageResources.NoteEvents_swift)),
        ("Sources/Features/Notes/NoteRepository.swift", text(PackageResources.NoteRepository_swift)),
        ("Sources/Features/Notes/NoteRoutes.swift", text(PackageResources.NoteRoutes_swift)),
        ("Sources/Features/Notes/NoteService.swift", text(PackageResources.NoteService_swift)),
        ("Sources/Features/Notes/Notes.swift", text(PackageResources.Notes_swift)),
        ("Tests/EndToEnd/resources_notes.py", text(PackageResources.resources_notes_py)),
        ("Tests/EndToEnd/test_module_notes.py", text(PackageResources.test_module_notes_py)),
        ("Tests/FeaturesTests/NoteTests.swift", text(PackageResources.NoteTests_swift)),
        ("Tests/FeaturesTests/ProgramTests.swift", text(PackageResources.ProgramTests_swift)),
        (
            "sql/migrations/20261130090000_notes_notes.down.sql",
            text(PackageResources._0261130090000_notes_notes_down_sql)
        ),
        (
            "sql/migrations/20261130090000_notes_notes.up.sql",
            text(PackageResources._0261130090000_notes_notes_up_sql)
        ),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
