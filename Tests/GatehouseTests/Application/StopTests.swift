import GatehouseTesting
import Testing

@Suite struct StopTests {
    @Test func `whoever stops a process waits as long as it may take to finish`() throws {
        func seconds(_ pattern: Regex<(Substring, Substring)>, in file: String) throws -> Int? {
            try RepositoryFile.text(file).firstMatch(of: pattern).flatMap { Int($0.1) }
        }
        let counted = try seconds(/timeToStop = Duration.seconds\((\d+)\)/, in: "Sources/GatehouseServer/Serve.swift")
        #expect(counted != nil)
        #expect(try seconds(/TimeoutStopSec=(\d+)/, in: "docs/operations.md") == counted)
        #expect(try seconds(/wait_until (\d+) has_ended/, in: "deploy/program.sh") == counted)
    }
}
