import Glibc
import Web

/// The file that log lines go to. One `write` a line on a descriptor opened for appending, without a lock: the kernel
/// keeps the lines of threads and processes apart, in a file whatever their length (write(2)), in a pipe up to 4096
/// bytes (pipe(7)). Opened anew on request, so that the file can be rotated.
package final class LogFile: Sendable {
    private let path: String?
    /// The same number for good; what it leads to is replaced.
    private let descriptor: Int32

    /// The memory in which each thread writes its lines.
    private static let lines = OutputBuffer(keeping: 4096)

    /// The file could not be opened.
    package struct Failure: Error, CustomStringConvertible {
        /// What to tell the operator.
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

    /// Opens the path again, after the file there was moved away. Where that fails the old file is kept.
    package func reopen() throws(Failure) {
        guard let path else { return }
        let opened = try Self.open(path)
        defer { close(opened) }
        // At once for every thread: each line goes to the old file or to the new one.
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

    /// Makes the last byte of a line that broke off, as it does when the disk is full, a line break: so the next line,
    /// of whichever process, begins on a line of its own. The byte is there already, so this needs no room.
    private func endTornLine(_ piece: [UInt8]) {
        // Of its own, since what is opened for appending writes at the end only. A pipe cannot be mended.
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

    /// How many bytes others may have written meanwhile.
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
