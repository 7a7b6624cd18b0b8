import Glibc
import Synchronization

/// The file that log lines go to. One `write` a line on a descriptor opened for appending, so that the lines of several
/// processes do not mix; opened anew on request, so that the file can be rotated.
public final class LogFile: Sendable {
    private let path: String?
    private let descriptor: Mutex<Int32>

    /// The file could not be opened.
    public struct Failure: Error, CustomStringConvertible {
        /// What to tell the operator.
        public let description: String
    }

    /// Opens the file; standard error without a path.
    public init(path: String?) throws(Failure) {
        self.path = path
        descriptor = Mutex(try path.map(Self.open) ?? STDERR_FILENO)
    }

    /// Opens the path again, after the file there was moved away. Where that fails the old file is kept.
    public func reopen() throws(Failure) {
        guard let path else { return }
        let opened = try Self.open(path)
        let old = descriptor.withLock { descriptor in
            defer { descriptor = opened }
            return descriptor
        }
        close(old)
    }

    /// Appends one line; it must end with a line feed.
    func append(_ line: [UInt8]) {
        // The lock also keeps the descriptor from being closed while it is written to.
        descriptor.withLock { descriptor in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func open(_ path: String) throws(Failure) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw Failure(description: "cannot open the log \(path): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}
