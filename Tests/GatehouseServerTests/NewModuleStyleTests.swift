import FoundationEssentials
import GatehouseTesting
import Glibc
import Testing

@testable import GatehouseServer

/// The style of what `new-module` writes, whatever the name.
@Suite struct NewModuleStyleTests {
    /// Short and long names of one and of several words, and names that end in a suffix or are quoted.
    private static let names: [(name: String, singular: String?)] = [
        ("Ids", "Id"), ("Ox", "Ox"), ("Keys", nil), ("Lists", nil), ("Calls", nil), ("OrderLines", nil),
        ("People", "Person"), ("AaBbCcDdEeFfGg", "AaBbCcDdEeFf"), ("AaBbCcDdEeFfHh", "AaBbCcDdEeFfHh"),
        ("Counterdemonstrations", nil), ("Mice", "Straightforwardnesses"),
        ("Characterizationtests", "Characterizationtests"), ("AppointmentCalendars", "AppointmentCalendar"),
    ]

    @Test func `its layout is that of swift format, and no line is wide`() throws {
        let folder = try TemporaryFolder()
        let shelf = folder.path("shelf")
        try NewPackage(name: "shelf", gatehouse: Checkout.path).write(to: shelf)
        for (name, singular) in Self.names { try NewModule(name: name, singular: singular).add(to: shelf) }
        let files = try FileManager.default.subpathsOfDirectory(atPath: shelf).filter {
            $0.hasSuffix(".swift") || $0.hasSuffix(".py") || $0.hasSuffix(".sql")
        }
        #expect(files.count > 9 * Self.names.count)
        for file in files {
            let text = try String(contentsOfFile: "\(shelf)/\(file)", encoding: .utf8)
            for line in text.split(separator: "\n") where line.count > 120 { Issue.record("\(file): \(line)") }
        }
        try lint(shelf, findings: folder.path("findings"))
    }

    /// Expects that `swift format lint` finds nothing in the Swift files of a package.
    /// - Parameter findings: the file for what it finds.
    private func lint(_ package: String, findings: String) throws {
        let words = [
            "swift", "format", "lint", "--strict", "--recursive", "--configuration", "\(Checkout.path)/.swift-format",
            "\(package)/Sources", "\(package)/Tests",
        ]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, findings, O_WRONLY | O_CREAT, 0o600)
        let arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        try #require(posix_spawnp(&process, "swift", &actions, nil, arguments + [nil], environ) == 0)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        let found = try String(contentsOfFile: findings, encoding: .utf8)
        #expect(status == 0 && found.isEmpty, "\(found)")
    }
}
