import Glibc

/// A listening socket to which a front server connects with FastCGI.
///
/// The front server is trusted: it vouches for the caller's address, and libfcgi allocates whatever lengths a
/// parameter record states. So the socket must be reachable by nginx only: a Unix socket of mode 0660, or a
/// loopback port on a machine without other users.
package final class Listener: Sendable {
    let descriptor: Int32

    private init(owning descriptor: Int32) throws(ListenerError) {
        self.descriptor = descriptor
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw .system("fcntl", errno)
        }
    }

    deinit {
        close(descriptor)
    }

    /// The listening socket that spawn-fcgi passes on as standard input (FastCGI 1.0, section 2.2).
    ///
    /// The socket becomes non-blocking, including for other processes that share it.
    /// - Throws: `ListenerError.notInherited` when standard input is anything else.
    package static func inherited() throws(ListenerError) -> Listener {
        try inherited(from: STDIN_FILENO)
    }

    static func inherited(from descriptor: Int32) throws(ListenerError) -> Listener {
        guard option(SO_ACCEPTCONN, of: descriptor) == 1,
            let family = option(SO_DOMAIN, of: descriptor), [AF_UNIX, AF_INET, AF_INET6].contains(family)
        else { throw .notInherited }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .system("fcntl", errno) }
        return try Listener(owning: copy)
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    /// Opens a Unix socket of mode 0660.
    ///
    /// A socket file on which no process answers any more is replaced.
    /// - Parameters:
    ///   - path: at most 100 bytes, which fits the address on every Unix (unix(7)).
    ///   - backlog: the number of connections that may wait to be accepted (listen(2)).
    package static func unix(path: String, backlog: Int32 = 128) throws(ListenerError) -> Listener {
        var address = try unixAddress(path)
        try removeStaleSocket(at: path, &address)
        let listener = try Listener(owning: makeSocket(AF_UNIX))
        try listener.bind(&address, path)
        // Between bind and listen, while nobody can connect yet.
        guard chmod(path, 0o660) == 0 else { throw .system("chmod \(path)", errno) }
        try listener.listen(backlog)
        return listener
    }

    private static func unixAddress(_ path: String) throws(ListenerError) -> sockaddr_un {
        guard (1...100).contains(path.utf8.count) else { throw .pathLength(path) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private static func removeStaleSocket(at path: String, _ address: inout sockaddr_un) throws(ListenerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        let probe = try makeSocket(AF_UNIX)
        defer { close(probe) }
        let answer = withSocketAddress(&address) { connect(probe, $0, $1) }
        guard answer != 0, errno == ECONNREFUSED else { throw .inUse(path) }
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("unlink \(path)", errno) }
    }

    /// Opens a TCP port on 127.0.0.1, for development.
    package static func loopback(port: UInt16) throws(ListenerError) -> Listener {
        let listener = try Listener(owning: makeSocket(AF_INET))
        var reuse: Int32 = 1
        setsockopt(
            listener.descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        try listener.bind(&address, "127.0.0.1:\(port)")
        try listener.listen(128)
        return listener
    }

    private static func makeSocket(_ family: Int32) throws(ListenerError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw .system("socket", errno) }
        return descriptor
    }

    private func bind<Address>(_ address: inout Address, _ name: String) throws(ListenerError) {
        guard withSocketAddress(&address, { Glibc.bind(descriptor, $0, $1) }) == 0 else {
            throw .system("bind \(name)", errno)
        }
    }

    private func listen(_ backlog: Int32) throws(ListenerError) {
        guard Glibc.listen(descriptor, backlog) == 0 else { throw .system("listen", errno) }
    }
}

/// Passes an address of one family as the general type of the socket calls.
private func withSocketAddress<Address, Result>(
    _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<Address>.size))
        }
    }
}

/// Why there is no listening socket.
package enum ListenerError: Error, Equatable, CustomStringConvertible {
    /// Standard input is not a listening stream socket.
    case notInherited
    /// The path is empty or longer than 100 bytes.
    case pathLength(String)
    /// A file that is not a socket stands at the path.
    case notASocket(String)
    /// Another program answers on the path.
    case inUse(String)
    /// The named system call failed with this `errno`.
    case system(String, Int32)

    /// The fault and its remedy.
    package var description: String {
        switch self {
        case .notInherited:
            """
            standard input is not a FastCGI listening socket: start the program with \
            `spawn-fcgi -n -s SOCKET -- PROGRAM`, or let it open a socket of its own with --socket PATH or \
            --port NUMBER
            """
        case .pathLength(let path):
            "a socket path has 1 to 100 bytes, not \(path.utf8.count); choose another folder: \(path)"
        case .notASocket(let path): "\(path) exists and is not a socket: remove it or choose another path"
        case .inUse(let path): "another program answers on \(path): stop it or choose another path"
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        }
    }
}
