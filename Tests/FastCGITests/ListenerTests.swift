import Glibc
import Testing

@testable import FastCGI

@Suite struct ListenerTests {
    @Test func onlyAListeningSocketIsInherited() throws {
        var pipeEnds: [Int32] = [-1, -1]
        try #require(pipe(&pipeEnds) == 0)
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        let file = open("/etc/hostname", O_RDONLY)
        let descriptors = pipeEnds + pair + [terminal, file, -1]
        defer { for descriptor in descriptors { close(descriptor) } }
        for descriptor in descriptors {
            #expect(throws: ListenerError.notInherited) { try Listener.inherited(from: descriptor) }
        }
        #expect(ListenerError.notInherited.description.contains("spawn-fcgi"))

        let listener = try Listener.loopback(port: 0)
        #expect(throws: Never.self) { try Listener.inherited(from: listener.descriptor) }
    }

    @Test func aStaleSocketIsReplacedButNotOneThatAnswers() throws {
        let path = temporaryPath()
        defer { unlink(path) }
        do {
            let first = try Listener.unix(path: path)
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o660)
            #expect(throws: ListenerError.inUse(path)) { try Listener.unix(path: path) }
            withExtendedLifetime(first) {}
        }
        #expect(throws: Never.self) { try Listener.unix(path: path) }
    }

    @Test func anErrorNamesThePath() throws {
        let path = "/nonexistent/socket"
        #expect(throws: ListenerError.system("bind \(path)", ENOENT)) { try Listener.unix(path: path) }
        #expect(ListenerError.system("bind \(path)", ENOENT).description == "bind \(path): No such file or directory")
    }

    @Test func aFileIsNotReplaced() throws {
        let path = temporaryPath()
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        defer { unlink(path) }
        #expect(throws: ListenerError.notASocket(path)) { try Listener.unix(path: path) }
    }

    @Test(arguments: ["", "/nowhere/" + String(repeating: "x", count: 92)])
    func aPathThatDoesNotFitIsRefused(path: String) {
        #expect(throws: ListenerError.pathLength(path)) { try Listener.unix(path: path) }
    }
}
