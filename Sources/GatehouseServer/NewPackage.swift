import Database
import FoundationEssentials
import Gatehouse

/// A package that depends on Gatehouse, as `new-app` writes it.
struct NewPackage {
    /// Its name, also that of its program, and the namespace of its migrations.
    let name: String
    /// The location of Gatehouse: the URL of a repository, or the path of a checkout.
    let gatehouse: String

    /// Writes all files.
    /// - Parameter folder: created if it is missing; else it must be empty.
    func write(to folder: String) throws {
        guard MigrationFolder.isNamespace(name), name != MigrationFolder.ownNamespace else {
            throw NewFilesError.unacceptableName(name)
        }
        guard gatehouse.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw NewFilesError.unusableGatehouse
        }
        try NewFiles.requireEmpty(folder)
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
                .replacing("package: \"gatehouse\"", with: "package: \(Self.literal(identity))")
                .replacing(".package(name: \"gatehouse\", path: \"../../..\")", with: dependency)
        case "Makefile": text.replacing("PACKAGE_NAME := notes", with: "PACKAGE_NAME := \(name)")
        case "README.md": text.replacing("# notes", with: "# \(name)")
        case "Sources/App/main.swift": text.replacing("title: \"Notes\"", with: "title: \"\(name)\"")
        default:
            text.replacing(
                "migrationNamespace: String? = \"notes\"", with: "migrationNamespace: String? = \"\(name)\"")
        }
    }

    /// Whether it is a URL, or an SSH name such as `git@example.com:gatehouse.git`. An existing folder is neither.
    private var isRemote: Bool {
        var isFolder = false
        if FileManager.default.fileExists(atPath: gatehouse, isDirectory: &isFolder), isFolder { return false }
        return gatehouse.contains("://") || gatehouse.contains("@")
    }

    /// A minor version of 0.x may contain breaking changes, so it needs a change of the package.
    private var dependency: String {
        isRemote
            ? ".package(url: \(Self.literal(gatehouse)), .upToNextMinor(from: \"\(Application.version)\"))"
            : ".package(name: \"gatehouse\", path: \(Self.literal(path)))"
    }

    /// The absolute path of a checkout: SwiftPM resolves a relative one from the folder of the package.
    private var path: String {
        let here = FileManager.default.currentDirectoryPath
        return URL(filePath: gatehouse.hasPrefix("/") ? gatehouse : "\(here)/\(gatehouse)").standardized.path
    }

    private static func literal(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// SwiftPM's name of the dependency: for a URL, its last part.
    private var identity: String {
        guard isRemote, let last = gatehouse.split(whereSeparator: { "/:".contains($0) }).last else {
            return "gatehouse"
        }
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : String(last)
    }
}

/// Why nothing was written.
enum NewFilesError: Error, CustomStringConvertible {
    case unacceptableName(String)
    case unacceptableModule(String)
    case noSingular(String)
    case unusableWord(String, because: String)
    case isThere(String)
    case noPackage(String)
    case noFolder
    case unusableGatehouse
    case failed(String, reason: String)

    var description: String {
        switch self {
        case .unacceptableName(let name):
            """
            "\(name)" cannot be the name of a package: with --name, give a name of at most 40 lower-case letters, \
            digits, hyphens and underscores that begins with a letter and is not gatehouse
            """
        case .unacceptableModule(let name):
            """
            "\(name)" cannot be the name of a module or of one of its rows: it must consist of words, each a capital \
            and small letters, as in Bookmarks or OrderLines
            """
        case .noSingular(let name): "say by --singular what one row of \(name) is called"
        case .unusableWord(let word, let reason):
            "a module cannot be called \(word): \(reason)"
        case .isThere(let path): "\(path) exists already"
        case .noFolder: "name the folder to write"
        case .unusableGatehouse: "the value of --gatehouse has a control character in it"
        case .failed(let path, let reason): "\(path) cannot be written: \(reason). Nothing was left behind"
        case .noPackage(let folder):
            """
            \(folder) does not contain a package that `new-app` has written: Package.swift or \
            Sources/Features/Modules.swift is missing, or has no `modules: [any Module.Type] = [...]`
            """
        }
    }
}
