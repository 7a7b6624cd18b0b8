import FoundationEssentials

/// A new module of a package, which `new-module` adds.
struct NewModule {
    let names: ModuleNames

    /// Describes a module.
    /// - Parameters:
    ///   - name: a plural, such as `OrderLines`.
    ///   - singular: the name of one row; by default, the name of the module without its last letter.
    init(name: String, singular: String? = nil) throws {
        guard let singular = singular ?? (name.hasSuffix("s") ? String(name.dropLast()) : nil) else {
            throw NewFilesError.noSingular(name)
        }
        names = ModuleNames(name: name, singular: singular)
    }

    /// Writes its files, and its line in the list of modules.
    func add(to folder: String) throws {
        let words = ModuleWords(names: names)
        try words.check()
        try NewFiles.write(to: folder) {
            let list = "Sources/Features/Modules.swift"
            guard let package = try NewFiles.text("\(folder)/Package.swift"),
                let modules = try NewFiles.text("\(folder)/\(list)"),
                let namespace = SwiftCode.withoutComments(package)
                    .firstMatch(of: /\bPackage\(\s*name:\s*"([a-z][a-z0-9_-]*)"/)?.output.1,
                let longer = ModuleList(text: modules).adding(names.moduleType)
            else { throw NewFilesError.noPackage(folder) }
            let time = try NewFiles.time(after: folder + "/sql/migrations")
            let renaming = Renaming(names: names, namespace: String(namespace))
            let files = Template.ofModule.map { file in
                (
                    path: renaming.path(file.path.replacing(NewFiles.templateTime, with: time)),
                    text: renaming.text(file.text, of: file.path)
                )
            }
            try refuseExisting(files.map(\.path), in: folder)
            try refuseDeclared(words.types, in: folder)
            return files + [(list, longer)]
        }
    }

    /// Refuses to overwrite a file, or to write one with an existing name, since two files of a target cannot share a
    /// name.
    private func refuseExisting(_ paths: [String], in folder: String) throws {
        func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
        let names = Set(paths.map(name))
        for part in ["Sources", "Tests", "sql"] {
            for path in files(in: "\(folder)/\(part)")
            where names.contains(name(path)) || path.hasSuffix("_\(self.names.written(.snake)).up.sql") {
                throw NewFilesError.isThere("\(folder)/\(part)/\(path)")
            }
        }
    }

    /// Refuses to declare a type that the package declares already.
    private func refuseDeclared(_ types: Set<String>, in folder: String) throws {
        for path in files(in: "\(folder)/Sources/Features") where path.hasSuffix(".swift") {
            guard let text = try NewFiles.text("\(folder)/Sources/Features/\(path)") else { continue }
            let declared = text.matches(of: /(?m)^[a-z ]*\b(?:actor|class|enum|protocol|struct|typealias) (\w+)/)
            for type in declared.map({ String($0.output.1) }) where types.contains(type) {
                throw NewFilesError.unusableWord(names.name, because: "Sources/Features/\(path) declares \(type)")
            }
        }
    }

    private func files(in folder: String) -> [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
