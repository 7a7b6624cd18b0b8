import Database
import FoundationEssentials
import Gatehouse

/// A package that depends on Gatehouse, as `new-app` writes it.
struct NewPackage {
    /// Its name, which is that of its program, and the namespace of its migrations.
    let name: String
    /// Where Gatehouse is: the URL of a repository, or the path of a checkout.
    let gatehouse: String

    /// Writes all files.
    /// - Parameter folder: made if it is not there; else it must be empty.
    func write(to folder: String) throws {
        guard MigrationFolder.isNamespace(name), name != MigrationFolder.ownNamespace else {
            throw NewFilesError.unacceptableName(name)
        }
        let there = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard there.isEmpty else { throw NewFilesError.isThere(folder) }
        let time = NewFiles.time()
        try NewFiles.write(
            Template.files.map { file in
                (file.path.replacing(NewFiles.templateTime, with: time), adapted(file.path, file.text))
            }, to: folder)
    }

    private func adapted(_ path: String, _ text: String) -> String {
        switch path {
        case "Package.swift":
            text.replacing("name: \"notes\"", with: "name: \"\(name)\"")
                .replacing(".package(name: \"gatehouse\", path: \"../../..\")", with: dependency)
                .replacing("package: \"gatehouse\"", with: "package: \"\(identity)\"")
        case "Makefile": text.replacing("PACKAGE_NAME := notes", with: "PACKAGE_NAME := \(name)")
        case "README.md": text.replacing("# notes", with: "# \(name)")
        case "Sources/App/main.swift": text.replacing("title: \"Notes\"", with: "title: \"\(name)\"")
        default: NewFiles.inNamespace(name, text)
        }
    }

    /// Whether it is a URL, or a name of ssh's such as `git@example.com:gatehouse.git`.
    private var isRemote: Bool { gatehouse.contains("://") || gatehouse.contains("@") }

    private var dependency: String {
        isRemote
            ? ".package(url: \"\(gatehouse)\", from: \"\(Application.version)\")"
            : ".package(name: \"gatehouse\", path: \"\(gatehouse)\")"
    }

    /// What SwiftPM calls the dependency: of a URL, its last part.
    private var identity: String {
        guard isRemote, let last = gatehouse.split(whereSeparator: { "/:".contains($0) }).last else {
            return "gatehouse"
        }
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : String(last)
    }
}

/// A module of such a package, as `new-module` adds it.
struct NewModule {
    /// Its name, a plural: `Bookmarks`.
    let name: String
    /// One row of it: `Bookmark`.
    let singular: String

    /// Writes its files, and its line in the list of modules.
    func add(to folder: String) throws {
        for word in [name, singular] {
            guard word.wholeMatch(of: /[A-Z][a-z]{1,30}/) != nil else { throw NewFilesError.unacceptableModule(word) }
        }
        let list = folder + "/Sources/Features/Modules.swift"
        guard let package = try? String(contentsOfFile: folder + "/Package.swift", encoding: .utf8),
            let namespace = package.firstMatch(of: /name: "([a-z][a-z0-9_-]*)"/)?.1,
            let modules = try? String(contentsOfFile: list, encoding: .utf8), let end = modules.firstRange(of: "\n]")
        else { throw NewFilesError.noPackage(folder) }
        guard !FileManager.default.fileExists(atPath: "\(folder)/Sources/Features/\(name)") else {
            throw NewFilesError.isThere("\(folder)/Sources/Features/\(name)")
        }
        let time = NewFiles.time(after: folder + "/sql/migrations")
        let files = Template.files.filter { $0.path.contains("ote") }.map { file in
            (
                renamed(file.path.replacing(NewFiles.templateTime, with: time)),
                renamed(NewFiles.inNamespace("\u{0}", file.text)).replacing("\u{0}", with: namespace)
            )
        }
        try NewFiles.write(files, to: folder)
        let before = modules[..<end.lowerBound]
        try NewFiles.write(
            [
                (
                    "Modules.swift",
                    "\(before)\(before.hasSuffix(",") ? "" : ",")\n    \(name).self\(modules[end.lowerBound...])"
                )
            ],
            to: folder + "/Sources/Features")
    }

    private func renamed(_ text: String) -> String {
        text.replacing("Notes", with: name).replacing("Note", with: singular)
            .replacing("notes", with: name.lowercased()).replacing("note", with: singular.lowercased())
    }
}

/// What both write.
enum NewFiles {
    /// The time in the names of the template's migrations.
    static let templateTime = "20261130090000"

    /// The present, as the name of a migration has it; later than all in a folder, so that a second one of the same
    /// second is not in its way.
    static func time(after folder: String = "") -> String {
        let times = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
            Int($0.prefix(14))
        }
        let now = Date().utc("%Y%m%d%H%M%S")
        guard let newest = times.max(), let present = Int(now), newest >= present else { return now }
        return String(newest + 1)
    }

    /// The text with another package's name for its migrations.
    static func inNamespace(_ name: String, _ text: String) -> String {
        text.replacing("migrationNamespace: String? = \"notes\"", with: "migrationNamespace: String? = \"\(name)\"")
    }

    static func write(_ files: [(path: String, text: String)], to folder: String) throws {
        for file in files {
            let url = URL(filePath: folder).appending(path: file.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
        }
    }
}

/// Why nothing was written.
enum NewFilesError: Error, CustomStringConvertible {
    case unacceptableName(String)
    case unacceptableModule(String)
    case isThere(String)
    case noPackage(String)

    var description: String {
        switch self {
        case .unacceptableName(let name):
            """
            "\(name)" cannot be the name of a package: give another with --name, of at most 40 lower-case letters, digits, \
            hyphens and underscores, which begins with a letter and is not gatehouse
            """
        case .unacceptableModule(let name):
            "\"\(name)\" cannot be the name of a module: it is one word such as Bookmarks, a capital and small letters"
        case .isThere(let path): "\(path) is there already"
        case .noPackage(let folder):
            "\(folder) holds no package that `new-app` has written: Package.swift or Sources/Features/Modules.swift is missing"
        }
    }
}
