import FoundationEssentials
import GatehouseTesting
import Testing

@testable import GatehouseServer

/// The files that `new-app` and `new-module` write. `make test-new-app` shows that they compile and pass their tests.
@Suite struct NewPackageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `the template is the package of the guide`() throws {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let example = here + "/docs/examples/notes"
        for file in Template.files {
            let text = try String(contentsOfFile: "\(example)/\(file.path)", encoding: .utf8)
            #expect(text == file.text, "\(file.path)")
        }
        let sources = try FileManager.default.subpathsOfDirectory(atPath: example).filter {
            $0.hasSuffix(".swift") && !$0.hasPrefix(".") || $0.hasSuffix(".sql") || $0.hasSuffix(".py")
        }
        #expect(Set(sources).isSubset(of: Template.files.map(\.path)), "Template.files lacks a source file")
        #expect(sources.count > 10)
    }

    @Test(arguments: [
        ("/opt/gatehouse", ".package(name: \"gatehouse\", path: \"/opt/gatehouse\")", "gatehouse"),
        (
            "https://example.com/mirrors/gates.git",
            ".package(url: \"https://example.com/mirrors/gates.git\", .upToNextMinor(from:",
            "gates"
        ),
        ("git@example.com:gates", ".package(url: \"git@example.com:gates\", .upToNextMinor(from:", "gates"),
        ("/opt/\"a\"", ".package(name: \"gatehouse\", path: \"/opt/\\\"a\\\"\")", "gatehouse"),
    ])
    func `a package depends on Gatehouse's location under its own name`(
        gatehouse: String, dependency: String, identity: String
    ) throws {
        try NewPackage(name: "shelf", gatehouse: gatehouse).write(to: folder.path("shelf"))
        let manifest = try text("Package.swift")
        #expect(manifest.contains(dependency), "\(manifest)")
        #expect(manifest.contains("package: \"\(identity)\""))
        #expect(manifest.contains("name: \"shelf\"") && !manifest.contains("\"notes\""))
        #expect(try text("Makefile").contains("PACKAGE_NAME := shelf"))
        #expect(try text("Sources/App/main.swift").contains("title: \"shelf\""))
        #expect(try text("Sources/Features/Notes/Notes.swift").contains("migrationNamespace: String? = \"shelf\""))
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: gatehouse).write(to: folder.path("shelf"))
        }
    }

    @Test func `the path of a checkout is written from the root`() throws {
        try NewPackage(name: "shelf", gatehouse: "../there/./gatehouse").write(to: folder.path("shelf"))
        let here = URL(filePath: FileManager.default.currentDirectoryPath).deletingLastPathComponent().path
        let parent = here == "/" ? "" : here
        #expect(try text("Package.swift").contains("path: \"\(parent)/there/gatehouse\")"))
    }

    @Test func `an existing folder is a path, whatever its name`() throws {
        let checkout = folder.path("me@home")
        try FileManager.default.createDirectory(atPath: checkout, withIntermediateDirectories: false)
        try NewPackage(name: "shelf", gatehouse: checkout).write(to: folder.path("shelf"))
        #expect(try text("Package.swift").contains(".package(name: \"gatehouse\", path: \"\(checkout)\")"))
    }

    @Test(arguments: ["", "Shelf", "gatehouse", "my shelf"])
    func `a name that cannot be a namespace of migrations is refused`(name: String) {
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: name, gatehouse: "/opt/gatehouse").write(to: folder.path("shelf"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("shelf")))
    }

    @Test(arguments: ["Makefile", ".git"])
    func `only an empty folder is written to`(name: String) throws {
        try FileManager.default.createDirectory(atPath: folder.path("shelf"), withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: URL(filePath: folder.path("shelf/\(name)")))
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: "/opt/gatehouse").write(to: folder.path("shelf"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("shelf")) == [name])
        #expect(try text(name) == "mine")
    }

    @Test(arguments: ["shelf/", "shelf//", "a//shelf", "a/../shelf"])
    func `a folder may be written in any way`(path: String) throws {
        try NewPackage(name: "shelf", gatehouse: "/opt/gatehouse").write(to: "\(folder.path("."))/\(path)")
        let makefile = folder.path(path.hasPrefix("a//") ? "a/shelf/Makefile" : "shelf/Makefile")
        #expect(FileManager.default.fileExists(atPath: makefile))
    }

    @Test func `without the name of a folder nothing is written`() {
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: "/opt/gatehouse").write(to: "")
        }
        let error = #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: "/opt\n/gatehouse").write(to: folder.path("shelf"))
        }
        #expect(error?.description.contains("control character") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path("shelf")))
    }

    @Test func `of files that cannot all be written nothing is left`() throws {
        try Data("mine".utf8).write(to: URL(filePath: folder.path("file")))
        let error = #expect(throws: NewFilesError.self) {
            try NewFiles.write(
                [("new/folder/a", "a"), ("b", "b"), ("file/c", "c")], to: folder.path(""))
        }
        #expect(error?.description.contains("Not a directory") == true, "\(error as Any)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["file"])
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder.path("shelf/" + path), encoding: .utf8)
    }
}
