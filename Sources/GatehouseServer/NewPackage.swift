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
        guard !folder.isEmpty else { throw NewFilesError.noFolder }
        try Self.checkPath(Self.absolute(folder))
        try checkGatehouse()
        try NewFiles.write(to: folder) {
            try NewFiles.requireEmpty(folder)
            let time = try NewFiles.time()
            return Template.files.map { file in
                (file.path.replacing(NewFiles.templateTime, with: time), adapted(file.path, file.text))
            }
        }
    }

    /// Refuses paths that SwiftPM, make or the shell do not take literally.
    private static func checkPath(_ path: String) throws {
        guard path.unicodeScalars.allSatisfy({ !"\"$%\\`".unicodeScalars.contains($0) && !isControl($0) }) else {
            throw NewFilesError.unusablePath(path)
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }

    /// Checks that Gatehouse may be there. A repository is not asked.
    private func checkGatehouse() throws {
        guard isRemote else {
            try Self.checkPath(path)
            let package = try NewFiles.text(path + "/Package.swift") ?? ""
            let scripts = try NewFiles.text(path + "/deploy/test-package")
            guard !gatehouse.isEmpty, package.contains("name: \"gatehouse\""), scripts != nil else {
                throw NewFilesError.noGatehouse(gatehouse)
            }
            return
        }
        let url = /(?:file:\/\/|(?:https?|ssh|git):\/\/[^\/\s"\\?#]+)(?:\/[^\/\s"\\?#]+)+\/?/
        let sshName = /[^\/:@\s"\\]+@[^\/:@\s"\\]+:[^:\s"\\?#]*[^\/:\s"\\?#]/
        let isOne = gatehouse.wholeMatch(of: url) != nil || gatehouse.wholeMatch(of: sshName) != nil
        guard isOne, !gatehouse.unicodeScalars.contains(where: Self.isControl) else {
            throw NewFilesError.noGatehouse(gatehouse)
        }
    }

    private func adapted(_ path: String, _ text: String) -> String {
        switch path {
        case "Package.swift":
            text.replacing("name: \"notes\"", with: "name: \"\(name)\"")
                .replacing("package: \"gatehouse\"", with: "package: \"\(identity)\"")
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
            ? ".package(url: \"\(gatehouse)\", .upToNextMinor(from: \"\(Application.version)\"))"
            : ".package(name: \"gatehouse\", path: \"\(path)\")"
    }

    /// The absolute path of a checkout: SwiftPM resolves a relative one from the folder of the package.
    private var path: String { Self.absolute(gatehouse) }

    private static func absolute(_ path: String) -> String {
        let here = FileManager.default.currentDirectoryPath
        return URL(filePath: path.hasPrefix("/") ? path : "\(here)/\(path)").standardized.path
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
    case unusablePath(String)
    case noGatehouse(String)
    case isBusy(String)
    case unreadable(String, reason: String)
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
        case .unusablePath(let path):
            """
            \(path.debugDescription) cannot be the path of a package or of Gatehouse, since it has one of the \
            characters " $ % \\ `, or a control character
            """
        case .noGatehouse(let place):
            """
            \(place.debugDescription) is not Gatehouse: with --gatehouse, give the URL of its git repository, such as \
            https://git.example.com/gatehouse.git, or the path of a checkout, in which its Package.swift is
            """
        case .isBusy(let folder): "another command is writing to \(folder); try again"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .failed(let path, let reason): "\(path) cannot be written: \(reason). Nothing was left behind"
        case .noPackage(let folder):
            """
            \(folder) does not contain a package that `new-app` has written: Package.swift is missing or does not \
            begin with the name of the package, or Sources/Features/Modules.swift is missing or has no \
            `modules: [any Module.Type] = [...]`
            """
        }
    }
}
