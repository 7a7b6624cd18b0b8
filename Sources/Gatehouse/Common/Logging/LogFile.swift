import Glibc
import Web

/// The log file. Each line is one `write` on a descriptor opened for appending, without a lock: the kernel keeps the
/// lines of threads and processes apart, in a file at any length (write(2)), in a pipe up to 4096 bytes (pipe(7)). It
/// can be reopened, so the file can be rotated.
package final class LogFile: Sendable {
    private let path: String?
    /// The number never changes; reopening replaces the file behind it.
    private let descriptor: Int32

    /// The memory in which each thread writes its lines.
    private static let lines = OutputBuffer(keeping: 4096)

    /// The file could not be opened.
    package struct Failure: Error, CustomStringConvertible {
        /// The message for the operator.
        package let description: String
    }

    /// Opens the file; standard error without a path.
    package init(path: String?) throws(Failure) {
        self.path = path
        descriptor = try path.map(Self.open) ?? STDERR_FILENO
    }

    deinit {
        if path != nil { close(descriptor) }
    }

    /// Opens the path again, after the file there was moved. If this fails, the old file is kept.
    package func reopen() throws(Failure) {
        guard let path else { return }
        let opened = try Self.open(path)
        defer { close(opened) }
        // This takes effect for all threads at once: each line goes to the old file or to the new one.
        guard dup2(opened, descriptor) >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) >= 0 else {
            throw Failure(of: path)
        }
    }

    /// Appends one line, an object whose members the closure writes.
    func append(_ members: (inout Output) -> Void) {
        Self.lines.withText {
            $0.object(members)
            $0.endLine()
        } _: { line in
            var written = 0
            while written < line.count {
                let rest = UnsafeRawBufferPointer(rebasing: line[written...])
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                written += count
            }
            if written > 0, written < line.count { endTornLine(Array(line[..<written])) }
        }
    }

    /// Replaces the last byte of a truncated line, as after a full disk, by a line break, so the next line of any
    /// process begins on a new line. The byte exists already, so this needs no space.
    private func endTornLine(_ piece: [UInt8]) {
        // A separate descriptor, since one opened for appending only writes at the end. A pipe cannot be repaired.
        let file = Glibc.open("/proc/self/fd/\(descriptor)", O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let start = max(0, status.st_size - off_t(piece.count + Self.longestTail))
        let tail = [UInt8](unsafeUninitializedCapacity: Int(status.st_size - start)) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, buffer.count, start))
        }
        let place = tail.ranges(of: piece).last { range in
            (range.lowerBound == 0 || tail[range.lowerBound - 1] == UInt8(ascii: "\n"))
                && (range.upperBound == tail.count || tail[range.upperBound] == UInt8(ascii: "{"))
        }
        guard let place else { return }
        _ = pwrite(file, "\n", 1, start + off_t(place.upperBound - 1))
    }

    /// The number of bytes that others may have written meanwhile.
    private static let longestTail = 64 << 10

    private static func open(_ path: String) throws(Failure) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Failure(of: path) }
        return descriptor
    }
}

extension LogFile.Failure {
    fileprivate init(of path: String) {
        description = "cannot open the log \(path): \(String(cString: strerror(errno)))"
    }
}
