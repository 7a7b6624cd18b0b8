import Glibc

/// A named operating-system thread that runs one closure to its end.
///
/// Gatehouse blocks in C libraries (libfcgi, libmariadb, libargon2, libcurl), so it runs them on its own threads
/// instead of Swift's cooperative pool, which must never be blocked.
public final class Thread: Sendable {
    private let handle: pthread_t

    /// Starts a thread.
    /// - Parameters:
    ///   - name: shown by `ps -L` and debuggers; Linux keeps the first 15 bytes.
    ///   - niceness: added to the scheduling niceness of this thread alone, 0 to 19
    ///     (setpriority(2), "C library/kernel differences").
    ///   - body: what the thread runs.
    /// - Throws: `ThreadError` when the system refuses another thread.
    public init(name: String, niceness: Int32 = 0, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        let start = Unmanaged.passRetained(Start(name: name, niceness: niceness, body: body))
        var handle = pthread_t()
        let status = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw ThreadError(code: status)
        }
        self.handle = handle
    }

    /// Waits until the thread has ended. Call it once.
    public func join() {
        pthread_join(handle, nil)
    }

    private final class Start {
        let name: String
        let niceness: Int32
        let body: @Sendable () -> Void

        init(name: String, niceness: Int32, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.niceness = niceness
            self.body = body
        }

        func run() {
            setName()
            // On Linux, id 0 is the calling thread, not its process.
            if niceness != 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            body()
        }

        /// pthread_setname_np(3) is a GNU extension that the Glibc module does not export, so this writes the same file
        /// (proc(5)).
        private func setName() {
            let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { return }
            defer { close(file) }
            let bytes = Array(name.utf8.prefix(15))
            _ = write(file, bytes, bytes.count)
        }
    }
}

/// The system refused to start a thread.
public struct ThreadError: Error, CustomStringConvertible {
    /// The `errno` value of pthread_create(3).
    public let code: Int32

    /// The system's own words for the code.
    public var description: String { "cannot start a thread: \(String(cString: strerror(code)))" }
}
