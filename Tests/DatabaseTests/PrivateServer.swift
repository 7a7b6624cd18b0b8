import Database
import FoundationEssentials
import GatehouseTesting
import Glibc

/// A MariaDB only for one test, for actions that would disturb other tests: stopping, starting, large packets.
final class PrivateServer {
    let socket: String
    private let folder: TemporaryFolder
    private var process: pid_t = 0

    /// Makes and starts a server, which takes one or two seconds.
    init() throws {
        folder = try TemporaryFolder()
        socket = folder.path("socket")
        // Under heavy load, it once ended early without a reported reason. A second failure is a real one.
        guard try install() || install() else { throw PrivateServerError(program: "mariadb-install-db") }
        try start()
    }

    /// Makes the data folder again.
    private func install() throws -> Bool {
        try? FileManager.default.removeItem(atPath: folder.path("data"))
        let process = try PrivateServer.spawn([
            "mariadb-install-db", "--no-defaults", "--datadir=\(folder.path("data"))", "--skip-test-db",
            "--auth-root-authentication-method=normal", "--innodb-use-native-aio=0",
        ])
        return PrivateServer.wait(for: process) == 0
    }

    deinit {
        stop(by: SIGKILL)
    }

    /// Starts the server, with additional options, and waits until it answers.
    func start(_ options: [String] = []) throws {
        process = try PrivateServer.spawn(
            [
                "mariadbd", "--no-defaults", "--user=root", "--datadir=\(folder.path("data"))", "--socket=\(socket)",
                "--skip-networking", "--max-allowed-packet=32M", "--innodb-flush-log-at-trx-commit=0",
                "--innodb-use-native-aio=0",
            ] + options)
        let settings = try TestDatabase.settings(schema: "mysql", socket: socket)
        let answers = eventually {
            (try? DatabaseClient(settings).connection().first("SELECT 1", as: Int.self)) != nil
        }
        guard answers else { throw PrivateServerError(program: "mariadbd") }
    }

    /// Stops the server and waits until it is gone.
    func stop(by signal: Int32 = SIGTERM) {
        guard process != 0 else { return }
        kill(process, signal)
        _ = PrivateServer.wait(for: process)
        process = 0
    }

    private static func spawn(_ arguments: [String]) throws -> pid_t {
        var process: pid_t = 0
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let words = arguments.map { strdup($0) }
        defer { for word in words { free(word) } }
        guard posix_spawnp(&process, arguments[0], &actions, nil, words + [nil], environ) == 0 else {
            throw PrivateServerError(program: arguments[0])
        }
        return process
    }

    private static func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status
    }
}

struct PrivateServerError: Error, CustomStringConvertible {
    let program: String
    var description: String { "\(program) did not start; Debian has it in mariadb-server-core" }
}
