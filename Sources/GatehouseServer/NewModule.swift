import FoundationEssentials

/// A module of a package of one's own, as `new-module` adds it.
struct NewModule {
    /// Its name, a plural: `Bookmarks`.
    let name: String
    /// One row of it: `Bookmark`.
    let singular: String

    /// Writes its files, and its line in the list of modules.
    func add(to folder: String) throws {
        try ModuleWords(name: name, singular: singular).check()
        let list = "Sources/Features/Modules.swift"
        guard let package = try? String(contentsOfFile: "\(folder)/Package.swift", encoding: .utf8),
            let namespace = package.firstMatch(of: /name: "([a-z][a-z0-9_-]*)"/)?.1,
            let modules = try? String(contentsOfFile: "\(folder)/\(list)", encoding: .utf8),
            let longer = listing(in: modules)
        else { throw NewFilesError.noPackage(folder) }
        let time = NewFiles.time(after: folder + "/sql/migrations")
        let files = Template.ofModule.map { file in
            (
                path: renamed(file.path.replacing(NewFiles.templateTime, with: time)),
                text: renamed(file.text, namespace: String(namespace))
            )
        }
        try refuseExisting(files.map(\.path), in: folder)
        try NewFiles.write(files + [(list, longer)], to: folder)
    }

    /// Each word in its place, once: what a new one looks like is not looked at again.
    func renamed(_ text: String, namespace: String = "notes") -> String {
        text.replacing(/(migrationNamespace: String\? = )"notes"|Notes|Note|notes|note/) { match in
            if let start = match.output.1 { return "\(start)\"\(namespace)\"" }
            return switch match.output.0 {
            case "Notes": name
            case "Note": singular
            case "notes": name.lowercased()
            default: singular.lowercased()
            }
        }
    }

    /// The list of modules with this one at its end; `nil` where there is no list.
    private func listing(in modules: String) -> String? {
        guard let list = modules.firstMatch(of: /modules: \[any Module\.Type\] = \[([^\]]*)\]/) else { return nil }
        let inside = list.output.1
        let separator = inside.contains("\n") ? "\n    " : " "
        var longer = modules
        if let last = inside.matches(of: /\.self\b/).last {
            longer.insert(contentsOf: ",\(separator)\(name).self", at: last.range.upperBound)
        } else if inside.contains("\n") {
            longer.insert(contentsOf: "\n    \(name).self,", at: inside.startIndex)
        } else {
            longer.insert(contentsOf: "\(name).self", at: inside.startIndex)
        }
        return longer
    }

    /// Refuses to write over a file, or beside one of the same name: two files of a target cannot share it.
    private func refuseExisting(_ paths: [String], in folder: String) throws {
        func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
        let names = Set(paths.map(name))
        for part in ["Sources", "Tests", "sql"] {
            let there = (try? FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(part)")) ?? []
            for path in there.sorted()
            where names.contains(name(path)) || path.hasSuffix("_\(self.name.lowercased()).up.sql") {
                throw NewFilesError.isThere("\(folder)/\(part)/\(path)")
            }
        }
    }
}

extension Template {
    /// The files that are about the module alone.
    static var ofModule: [(path: String, text: String)] {
        files.filter { $0.path.contains("Note") || $0.path.contains("notes") }
    }
}
