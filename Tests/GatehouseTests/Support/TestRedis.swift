import Glibc
import GatehouseTesting

/// A redis-server on a free port for one test, with a password and without files. It ends with the test or, if the
/// tests are killed, when its folder is removed.
final class TestRedis {
    let port: UInt16
    private let folder: TemporaryFolder
    private var process: pid_t?

    init() throws {
        port = try Self.freePort()
        folder = try TemporaryFolder()
        try start()
    }

    deinit { stop() }

    /// A program did not start or failed, or the server does not answer.
    struct Failure: Error {
        let what: String
        let code: Int32
    }

    /// Starts the server, and waits until it answers.
    func start() throws {
        process = try Self.spawn([
            "/usr/bin/redis-server", "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--requirepass", "s3cret", "--daemonize", "no", "--logfile", "/dev/null", "--dir", folder.path,
        ])
        guard eventually({ (try? run(["PING"])) != nil }) else { throw Failure(what: "redis-server", code: 0) }
    }

    /// Ends the server.
    func stop() {
        guard let process else { return }
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        self.process = nil
    }

    /// Makes the server hang.
    func pause() {
        if let process { kill(process, SIGSTOP) }
    }

    /// Runs a command.
    func run(_ command: [String]) throws {
        let client = try Self.spawn(
            ["/usr/bin/redis-cli", "-e", "-p", String(port), "-a", "s3cret", "--no-auth-warning"] + command)
        var status: Int32 = 0
        waitpid(client, &status, 0)
        guard status == 0 else { throw Failure(what: "redis-cli", code: status) }
    }

    private static func spawn(_ command: [String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var words = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let code = posix_spawn(&process, command[0], &actions, nil, &words, environ)
        guard code == 0 else { throw Failure(what: command[0], code: code) }
        return process
    }

    private static func freePort() throws -> UInt16 {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(probe, pointer, length) == 0 && getsockname(probe, pointer, &length) == 0
            }
        }
        guard isBound else { throw Failure(what: "bind", code: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}
