import CFastCGI
import Glibc
import Synchronization
import Threads
package import Web

/// A FastCGI responder: worker threads that each accept, read, handle and answer one request at a time.
///
/// Several processes may share one listening socket: a drained server leaves it to the others untouched.
package final class Server: Sendable {
    private let listener: Listener
    private let workers: Int
    private let service: Service
    private let stop: StopEvent
    private let admission: Admission
    private let threads = Monitor<[Threads.Thread]>([])

    /// Prepares a server; `start` starts serving.
    /// - Parameters:
    ///   - workers: the number of requests that are handled at once; each kept connection also holds a worker. Two more
    ///     threads accept connections while all workers are busy: probes and one scrape are answered, other requests
    ///     wait.
    ///   - makeHandler: called once on each thread, so the handler's captured values (a database connection) belong to
    ///     that thread alone. A body that the handler does not read stays unread.
    ///   - isProbe: whether a request checks if the process is alive, and must be answered even if the process is busy.
    ///   - isScrape: whether a request reads the metrics. One at a time is answered even if the process is busy, by a
    ///     thread that probes do not need.
    ///   - onLoad: called with the number of workers that hold a connection and the number of waiting requests,
    ///     whenever these change. It is called under a lock, so it must not block.
    ///   - refusal: renders the answer to a request that the transport refuses (400, 431, 503); the request
    ///     is `nil` when it could not be read, and never has a body.
    ///   - onFault: called with messages for operators, one line at a time, from any worker thread.
    /// - Throws: `ServerError` when the system refuses a descriptor.
    package init(
        listener: Listener, workers: Int, limits: Limits = Limits(),
        makeHandler: @escaping @Sendable () -> Handler,
        isProbe: @escaping @Sendable (Request) -> Bool = { _ in false },
        isScrape: @escaping @Sendable (Request) -> Bool = { _ in false },
        onLoad: @escaping @Sendable (_ connected: Int, _ waiting: Int) -> Void = { _, _ in },
        refusal: @escaping @Sendable (HTTPStatus, Request?) -> Response,
        onFault: @escaping @Sendable (String) -> Void
    ) throws {
        self.listener = listener
        self.workers = workers
        service = Service(
            limits: limits, makeHandler: makeHandler, isProbe: isProbe, isScrape: isScrape, refusal: refusal,
            onFault: onFault)
        admission = Admission(slots: workers, waiting: limits.maximumWaiting, onLoad: onLoad)
        stop = try StopEvent()
    }

    /// Starts the worker threads. Call it once, after `Signals.block()`.
    ///
    /// libfcgi takes over SIGPIPE, SIGUSR1 and SIGTERM if nothing handles them; blocked, they still reach
    /// `Signals.next()`.
    /// - Throws: `ServerError` or `ThreadError`; threads that had started have ended by then.
    package func start() throws {
        let status = FCGX_Init()
        guard status == 0 else { throw ServerError(call: "FCGX_Init", code: status) }
        do {
            for number in 0..<workers + Admission.spareThreads {
                let worker = try Worker(listener: listener, stop: stop, service: service, admission: admission)
                let thread = try Thread(name: "worker-\(number)") { worker.run() }
                threads.update { $0.append(thread) }
            }
        } catch {
            drain()
            wait()
            throw error
        }
    }

    /// Stops accepting. Requests in flight are finished and answered; idle kept connections are closed.
    ///
    /// Any thread may call it, any number of times.
    package func drain() {
        stop.signal()
    }

    /// Returns when every worker has ended, some time after `drain`. Call it once.
    package func wait() {
        let threads = self.threads.update { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.join() }
    }
}

/// Answers one request. If it has sent the answer through the stream, its return value is not sent again.
package typealias Handler = (Request, RequestBody, ResponseStream) -> Response

/// The service that a worker provides for its requests.
struct Service: Sendable {
    let limits: Limits
    let makeHandler: @Sendable () -> Handler
    let isProbe: @Sendable (Request) -> Bool
    let isScrape: @Sendable (Request) -> Bool
    let refusal: @Sendable (HTTPStatus, Request?) -> Response
    let onFault: @Sendable (String) -> Void
}

/// An eventfd that stays readable once signalled, so every worker that polls it sees the stop; a worker that is
/// answering checks the flag, which needs no system call.
final class StopEvent: Sendable {
    let descriptor: Int32
    private let flag = Atomic(false)
    private let moment = Lock<ContinuousClock.Instant?>(nil)

    init() throws(ServerError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw ServerError(call: "eventfd", code: errno) }
    }

    deinit {
        close(descriptor)
    }

    func signal() {
        moment.withLock { $0 = $0 ?? .now }
        flag.store(true, ordering: .releasing)
        eventfd_write(descriptor, 1)
    }

    var isSignalled: Bool { flag.load(ordering: .acquiring) }

    /// When it was signalled.
    var time: ContinuousClock.Instant? { isSignalled ? moment.withLock { $0 } : nil }
}

/// A system call failed while a server started.
package struct ServerError: Error, CustomStringConvertible {
    /// The call's name.
    package let call: String

    /// Its `errno` value.
    package let code: Int32

    /// The call and the system's own words for the code.
    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}
