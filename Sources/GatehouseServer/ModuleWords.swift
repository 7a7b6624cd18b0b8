import Gatehouse
import Web

/// Checks whether a module can have a name, which must not collide with Gatehouse or the files of a module.
struct ModuleWords {
    let names: ModuleNames

    /// - Throws: `NewFilesError` with the first reason against it.
    func check() throws {
        for word in [names.name, names.singular] where word.wholeMatch(of: /([A-Z][a-z]+)+/) == nil {
            throw NewFilesError.unacceptableModule(word)
        }
        guard names.written(.snake).count <= Self.longest else {
            throw NewFilesError.unusableWord(
                names.name,
                because: "its name is part of a key of the search, so it has at most \(Self.longest) characters")
        }
        guard names.written(.snake, isPlural: false).count <= Self.longest else {
            throw NewFilesError.unusableWord(
                names.name, because: "\(names.singular), a row of it, has more than \(Self.longest) characters")
        }
        try checkGatehouse()
        try checkTemplate()
    }

    /// Checks the names that every module must have for itself.
    private func checkGatehouse() throws {
        let document = try Self.document.get()
        let permissions = Program.gatehouse.permissionsOfUsers + Program.gatehouse.permissionsOfRoles
        let export = document["components"]?["schemas"]?["ExportedAccount"]?["properties"]?.members ?? []
        let paths = (document["paths"]?.members ?? []).compactMap { path in
            path.name.firstMatch(of: /^\/api\/v1\/([^\/]+)/).map { String($0.output.1) }
        }
        let changes = Program.gatehouse.auditActions.compactMap { action in
            action.rawValue.wholeMatch(of: /(\w+)\.(created|updated|deleted)/).map { String($0.output.1) }
        }
        let taken = [
            ("a table", names.written(.snake), Set(Program.gatehouse.tables)),
            ("a path", names.written(.kebab), Set(paths)),
            ("permissions", names.written(.kebab), Set(permissions.map { String($0.rawValue.prefix { $0 != ":" }) })),
            ("a member of every export", names.written(.camel), Set(export.map(\.name))),
            ("audit actions", names.written(.snake, isPlural: false), Set(changes)),
        ]
        for (what, name, all) in taken where all.contains(name) {
            throw NewFilesError.unusableWord(names.name, because: "Gatehouse has \(what) with that name, \(name)")
        }
    }

    /// Checks the types that the files of a module use. For example, the list of a module `Indexes` would need a type
    /// `ListIndexes`, which Gatehouse has.
    private func checkTemplate() throws {
        for type in types.sorted() where Template.types.contains(type) {
            throw NewFilesError.unusableWord(names.name, because: "the files of a module use \(type) already")
        }
    }

    /// The types of the module.
    var types: Set<String> {
        let renaming = Renaming(names: names, namespace: "")
        return Set(Template.ownTypes.map { renaming.text($0, of: "Type.swift") })
    }

    private static let document = Result { try Program.gatehouse.declaredDocument() }

    /// The characters of `words.scope` that the id of a user leaves, of 32.
    private static let longest = 21
}

extension Template {
    /// The files that are about the module alone.
    static var ofModule: [(path: String, text: String)] {
        files.filter { $0.path.contains("Note") || $0.path.contains("notes") }
    }

    /// The types that its Swift code names and does not declare, also by macros of tests (`Void`), and what cannot be a
    /// type or has no file left.
    static let types = words.filter { !$0.contains("Note") }
        .union(["Any", "Modules", "Protocol", "Self", "Type", "Void"])
    /// The types that it declares.
    static let ownTypes = words.filter { $0.contains("Note") }

    private static let words = Set(
        ofModule.filter { $0.path.hasSuffix(".swift") }.flatMap { file in
            file.text.replacing(/"""(?s:.*?)"""|"[^"\n]*"|`[^`\n]*`|\/\/.*/, with: " ")
                .matches(of: /[A-Za-z_]\w*/).map { String($0.output) }.filter { $0.first?.isUppercase == true }
        })
}
