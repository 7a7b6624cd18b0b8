import FastCGI
import FoundationEssentials
import Glibc
import Threads
import Web

/// A server on its own Unix socket, with the test's handler.
struct Harness: Sendable {
    let path: String
    let server: Server
    let faults = Monitor<[String]>([])
    /// How many requests hold a connection, and how many wait.
    let load = Monitor<[Int]>([0, 0])

    /// - Parameters:
    ///   - bodyLimit: the longest body that is read before `handle` is called; `nil` for one that calls it without the
    ///     body.
    ///   - stream: writes the answer to requests for `/stream`.
    ///   - probe: the path that is a probe.
    ///   - scrape: the path that reads the metrics.
    ///   - listener: a listening socket that a sibling serves already; without one it opens its own.
    init(
        workers: Int = 4, limits: Limits = Limits(), bodyLimit: Int? = 1 << 20, listener: Listener? = nil,
        path: String = temporaryPath(), probe: String? = nil, scrape: String? = nil,
        handle: @escaping @Sendable (Request) -> Response = echo,
        stream: (@Sendable (ResponseStream.Body) throws -> Void)? = nil
    ) throws {
        self.path = path
        let (faults, load) = (faults, load)
        server = try Server(
            listener: try listener ?? .unix(path: path), workers: workers, limits: limits,
            makeHandler: {
                { request, body, sending in
                    if request.path == "/stream", let stream {
                        let failed = Response(status: .serviceUnavailable)
                        return (try? sending.answer(Response(status: .ok), stream)) ?? failed
                    }
                    guard let bodyLimit else { return handle(request) }
                    do {
                        let request = Request(request, body: try body.read(atMost: bodyLimit))
                        return handle(request)
                    } catch {
                        let status = (error as? APIError)?.code.status ?? .badRequest
                        return Response(status: status, body: Array("refused \(request.path)".utf8))
                    }
                }
            },
            isProbe: { $0.path == probe },
            isScrape: { $0.path == scrape },
            onLoad: { connected, waiting in load.update { $0 = [connected, waiting] } },
            refusal: { status, request in
                Response(status: status, body: Array("refused \(request?.path ?? "unread")".utf8))
            },
            onFault: { fault in faults.update { $0.append(fault) } })
        try server.start()
    }

    func connect() throws -> FrontServer {
        try FrontServer(path: path)
    }

    /// Drains and waits for the workers' end.
    func end() {
        server.drain()
        server.wait()
        unlink(path)
    }

    /// Waits up to 30 s for a reported fault.
    func firstFault() -> String? {
        faults.wait(atMost: .seconds(30)) { $0.first }
    }
}

/// An unused path in the folder that `TMPDIR` names, short enough for a socket address.
func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "fastcgi-\(UUID().uuidString)").path
}

/// Answers with the request that the handler received.
@Sendable func echo(_ request: Request) -> Response {
    let fields = request.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    let text = "\(request.method) \(request.path) ?\(request.query) [\(fields)] \(request.remoteAddress) "
    return Response(status: .ok, headers: [.contentType: "text/plain"], body: Array(text.utf8) + request.body)
}

/// The parameters that nginx sends with every request, and more.
func parameters(
    _ method: String, _ target: String, _ others: [(String, String)] = []
) -> [(String, String)] {
    [("REQUEST_METHOD", method), ("REQUEST_URI", target), ("REMOTE_ADDR", "192.0.2.7")] + others
}

/// Runs `body` on `count` threads at once and waits for all of them.
func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
    let threads = try (0..<count).map { number in
        try Threads.Thread(name: "client-\(number)") { body(number) }
    }
    for thread in threads { thread.join() }
}
