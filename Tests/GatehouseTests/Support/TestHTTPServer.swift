import FoundationEssentials
import GatehouseTesting

/// A real HTTP server (Python's own) on a free port of the loopback interface.
final class TestHTTPServer {
    /// The answer to every request.
    struct Behaviour: Encodable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
        /// How often the body is sent, one after the other.
        var copies = 1
        /// It reads the request and never answers.
        var isSilent = false
        /// PEM files, for a server that speaks TLS.
        var certificate = ""
        var key = ""
        /// The loopback address on which it listens.
        var host = "127.0.0.1"
    }

    /// A request as it arrived.
    struct Request: Decodable {
        let line: String
        /// Names in lower case.
        let headers: [String: String]
        let body: String
    }

    let port: UInt16
    private let process: ChildProcess

    init(_ behaviour: Behaviour = Behaviour()) throws {
        let arguments = String(decoding: try JSONEncoder().encode(behaviour), as: UTF8.self)
        process = try ChildProcess("/usr/bin/python3", ["-c", Self.program, arguments])
        guard let port = process.readLine().flatMap(UInt16.init) else { throw DidNotStart() }
        self.port = port
    }

    /// Python could not listen, or the server ended.
    struct DidNotStart: Error {}

    /// The next request that was received; blocks until there is one.
    func nextRequest() throws -> Request {
        guard let line = process.readLine() else { throw DidNotStart() }
        return try JSONDecoder().decode(Request.self, from: Data(line.utf8))
    }

    private static let program = #"""
        import http.server, json, os, ssl, sys, threading

        behaviour = json.loads(sys.argv[1])
        lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                headers = {k.lower(): v for k, v in self.headers.items()}
                request = {"line": self.requestline, "headers": headers, "body": body}
                with lock:
                    print(json.dumps(request), flush=True)
                if behaviour["isSilent"]:
                    self.rfile.read(1)
                    return
                self.send_response(behaviour["status"])
                for name, value in behaviour["headers"].items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for _ in range(behaviour["copies"]):
                        self.wfile.write(behaviour["body"].encode())
                except OSError:
                    pass

            do_POST = do_GET

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer((behaviour["host"], 0), Handler)
        server.daemon_threads = True
        if behaviour["certificate"]:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(behaviour["certificate"], behaviour["key"])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        os._exit(0)
        """#
}
