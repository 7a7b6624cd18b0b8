import FoundationEssentials
import GatehouseTesting
import Glibc
import Testing

@testable import GatehouseServer

/// The files that `new-app` and `new-module` write. `make test-new-app` shows that they compile and pass their tests.
@Suite struct NewPackageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `the template is the package of the guide`() throws {
        let example = Checkout.path + "/docs/examples/notes"
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
        (Checkout.path, ".package(name: \"gatehouse\", path: \"\(Checkout.path)\")", "gatehouse"),
        ("file:///srv/git/gates", ".package(url: \"file:///srv/git/gates\", .upToNextMinor(from:", "gates"),
        (
            "https://example.com/mirrors/gates.git",
            ".package(url: \"https://example.com/mirrors/gates.git\", .upToNextMinor(from:",
            "gates"
        ),
        ("git@example.com:gates", ".package(url: \"git@example.com:gates\", .upToNextMinor(from:", "gates"),
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
        let here = FileManager.default.currentDirectoryPath.split(separator: "/")
        let relative = String(repeating: "../", count: here.count) + "." + Checkout.path
        try NewPackage(name: "shelf", gatehouse: relative).write(to: folder.path("shelf"))
        #expect(try text("Package.swift").contains("path: \"\(Checkout.path)\")"))
    }

    @Test func `an existing folder is a path, whatever its name`() throws {
        let checkout = folder.path("me@home")
        try FileManager.default.createSymbolicLink(atPath: checkout, withDestinationPath: Checkout.path)
        try NewPackage(name: "shelf", gatehouse: checkout).write(to: folder.path("shelf"))
        #expect(try text("Package.swift").contains(".package(name: \"gatehouse\", path: \"\(checkout)\")"))
    }

    @Test(arguments: [
        "", "/", "/nowhere", "\(Checkout.path)/docs/examples/notes", "\(Checkout.path)/Package.swift",
        "https://example.com", "https://example.com/", "https:///gatehouse", "ftp://example.com/gatehouse",
        "https://example.com/gate house", "https://example.com/gatehouse?ref=1", "https://example.com/a\"b",
        "me@example.com", "me@example.com:", "https://example.com/gate\u{7}house", "https://example.com/\\(1)",
    ])
    func `what cannot be Gatehouse is refused`(place: String) {
        let error = #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: place).write(to: folder.path("shelf"))
        }
        #expect(error?.description.contains("is not Gatehouse: with --gatehouse, give the URL") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path("shelf")))
    }

    @Test(arguments: ["a\"b", "a$b", "a`b", "a\\b", "a%b", "a\nb"])
    func `a path that not every tool takes is refused`(part: String) {
        let error = #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: Checkout.path).write(to: folder.path(".") + "/\(part)/shelf")
        }
        #expect(error?.description.contains("cannot be the path") == true)
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: "/\(part)").write(to: folder.path("shelf"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("shelf")))
    }

    @Test(arguments: ["", "Shelf", "gatehouse", "my shelf"])
    func `a name that cannot be a namespace of migrations is refused`(name: String) {
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: name, gatehouse: Checkout.path).write(to: folder.path("shelf"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("shelf")))
    }

    @Test(arguments: ["Makefile", ".git"])
    func `only an empty folder is written to`(name: String) throws {
        try FileManager.default.createDirectory(atPath: folder.path("shelf"), withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: URL(filePath: folder.path("shelf/\(name)")))
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: Checkout.path).write(to: folder.path("shelf"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("shelf")) == [name])
        #expect(try text(name) == "mine")
    }

    @Test(arguments: ["shelf/", "shelf//", "a//shelf", "a/../shelf"])
    func `a folder may be written in any way`(path: String) throws {
        try NewPackage(name: "shelf", gatehouse: Checkout.path).write(to: "\(folder.path("."))/\(path)")
        let makefile = folder.path(path.hasPrefix("a//") ? "a/shelf/Makefile" : "shelf/Makefile")
        #expect(FileManager.default.fileExists(atPath: makefile))
    }

    @Test func `without the name of a folder nothing is written`() {
        #expect(throws: NewFilesError.self) {
            try NewPackage(name: "shelf", gatehouse: Checkout.path).write(to: "")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("shelf")))
    }

    @Test func `of files that cannot all be written nothing is left`() throws {
        try Data("mine".utf8).write(to: URL(filePath: folder.path("file")))
        let error = #expect(throws: NewFilesError.self) {
            try NewFiles.write(to: folder.path("")) { [("new/folder/a", "a"), ("b", "b"), ("file/c", "c")] }
        }
        #expect(error?.description.contains("Not a directory") == true, "\(error as Any)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["file"])
    }

    @Test func `a signal has its effect once all files are written`() throws {
        let isHeldBefore = isHeld(SIGTERM)
        try NewFiles.write(to: folder.path("shelf")) {
            // Each would end the process here, or is taken from those that wait.
            for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
                var waiting = sigset_t()
                sigemptyset(&waiting)
                sigaddset(&waiting, signal)
                var noTime = timespec()
                #expect(pthread_kill(pthread_self(), signal) == 0 && sigtimedwait(&waiting, nil, &noTime) == signal)
            }
            return [("file", "text")]
        }
        #expect(try text("file") == "text")
        #expect(isHeld(SIGTERM) == isHeldBefore)
    }

    /// Whether a signal to this thread waits.
    private func isHeld(_ signal: Int32) -> Bool {
        var held = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &held)
        return sigismember(&held, signal) == 1
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder.path("shelf/" + path), encoding: .utf8)
    }
}
