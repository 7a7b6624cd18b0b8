import ArgumentParser
import FoundationEssentials

/// Writes a package that depends on Gatehouse.
struct NewApp: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a package of your own that depends on Gatehouse, with one module.",
        discussion: "In the package, `make run` builds and starts it, and `make test` tests it.")

    @Argument(help: ArgumentHelp("The folder, which must be empty or missing.", valueName: "folder"))
    var folder: String

    @Option(help: "The URL of Gatehouse's git repository, or the path of a checkout.")
    var gatehouse: String

    @Option(help: "The name of the package, its program and its migrations; by default, the folder's name.")
    var name: String?

    func run() throws {
        do {
            let name = name ?? URL(filePath: folder).lastPathComponent
            try NewPackage(name: name, gatehouse: gatehouse).write(to: folder)
            print("Wrote the package \(name). In \(folder): make run, make test.")
        } catch {
            throw Failure.told(error)
        }
    }
}

/// Adds a module to such a package.
struct AddModule: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-module", abstract: "Add a module to the package in this folder, which new-app has written.",
        discussion: """
            Writes a copy of the first module under another name, with a migration and tests, for you to change.
            """)

    @Argument(help: "Its name, a plural of one or more words, such as Bookmarks or OrderLines.")
    var name: String

    @Option(help: "The name of one of its rows, such as Bookmark; the name without its final s unless given.")
    var singular: String?

    func run() throws {
        do {
            try NewModule(name: name, singular: singular).add(to: ".")
            print("Wrote Sources/Features/\(name), its migration and its tests, and its line in Modules.swift.")
        } catch {
            throw Failure.told(error)
        }
    }
}
