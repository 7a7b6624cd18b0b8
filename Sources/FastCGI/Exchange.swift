import CFastCGI
import Glibc
import Web

/// The requests and answers of one connection, through libfcgi.
///
/// libfcgi keeps pointers to its request structure, so that has its own memory.
final class Exchange {
    private let service: Service
    private let stop: StopEvent
    private let request: UnsafeMutablePointer<FCGX_Request>
    private var input = Input.unread
    private var head: Result<Parameters, Parameters.Refusal> = .failure(.malformed)
    /// The head of the answer, in a buffer that all answers reuse.
    private var fields = HTTPFields()

    // For an answer that is sent in chunks. The functions are made once, since most answers need none.
    private var streamEnd = ContinuousClock.now
    private lazy var sendHead: (Response) -> Bool = { [unowned self] in putHead($0, length: nil) }
    private lazy var sendChunk: ([UInt8]) -> Bool = { [unowned self] in put(chunk: $0) }

    init(service: Service, stop: StopEvent) {
        self.service = service
        self.stop = stop
        request = .allocate(capacity: 1)
        // Without a listening socket libfcgi cannot accept by itself when a connection ends.
        FCGX_InitRequest(request, -1, 0)
    }

    deinit {
        FCGX_Free(request, 1)
        request.deallocate()
    }

    var connection: Int32 { request.pointee.ipcFd }

    var isConnected: Bool { connection >= 0 }

    func attach(_ connection: Int32) {
        gatehouse_attach(request, connection)
    }

    /// Reads one request up to its body; `false` if the connection ended or violated the protocol, and is closed.
    ///
    /// libfcgi takes parameters that end early between two of them as complete; only the stream's error shows this.
    func readNext() -> Bool {
        guard FCGX_Accept_r(request) == 0 else { return false }
        if !inputIsSound { abandon() }
        guard isConnected else { return false }
        let limit = service.limits.maximumParameterBytes
        head = Result { () throws(Parameters.Refusal) in
            try Parameters(request.pointee.envp, maximumBytes: limit)
        }
        return true
    }

    /// The request that was read, still without its body; `nil` if it could not be parsed.
    var incoming: Request? { try? head.get().request }

    func close() {
        FCGX_Free(request, 1)
    }

    /// Lets the handler answer the request, and writes the answer.
    ///
    /// A body that the handler left unread is still in the connection, so the connection ends with the answer.
    func answer(_ handle: Handler, keepingConnection: Bool) {
        if !keepingConnection { request.pointee.keepConnection = 0 }
        let parameters: Parameters
        do {
            parameters = try head.get()
        } catch {
            return refuse(error.status, nil)
        }
        let (incoming, length) = (parameters.request, parameters.contentLength)
        input = .unread
        // Only the end of the stream is left.
        if length == 0 { _ = try? receive(0) }
        if input == .excessive { return refuse(.badRequest, incoming) }
        if dropIfTruncated() { return }
        let body =
            length == 0
            ? RequestBody()
            : RequestBody(length: length) { () throws(RequestBody.Broken) in
                try self.receive(length)
            }
        let stream = stream(isForHead: incoming.method == .head)
        let response = handle(incoming, body, stream)
        if dropIfTruncated() { return }
        if input != .read { request.pointee.keepConnection = 0 }
        if stream.head != nil { return end(isWritten: stream.isComplete) }
        let size = response.body.count
        write(response, withBody: incoming.method != .head)
        // The memory of a large answer is free again, but in pieces that the allocator keeps.
        if size > Exchange.largeAnswer { malloc_trim(0) }
    }

    /// The size of an answer after which free memory is returned to the system (malloc_trim(3)).
    private static let largeAnswer = 1 << 20

    /// Ends the connection without an answer if the body ended early.
    private func dropIfTruncated() -> Bool {
        guard case .truncated(let fault) = input else { return false }
        service.onFault(fault)
        abandon()
        return true
    }

    /// Answers a request that is not handled.
    func refuse(_ status: HTTPStatus, _ incoming: Request?) {
        request.pointee.keepConnection = 0
        write(service.refusal(status, incoming), withBody: incoming?.method != .head)
    }

    /// The state of the body.
    private enum Input: Equatable {
        case unread, read
        /// It is longer than announced.
        case excessive
        /// It ended too early; the request must have no effect.
        case truncated(String)
    }

    /// Reads the body and the end of its stream, which leaves a kept connection at the start of the next request.
    private func receive(_ length: Int) throws(RequestBody.Broken) -> [UInt8] {
        let body = length == 0 ? [] : readBody(length)
        if body.count < length || !inputIsSound {
            input = .truncated("dropped a request whose body ended after \(body.count) of \(length) bytes")
        } else if FCGX_GetChar(request.pointee.in) != EOF {
            input = .excessive
        } else if !inputIsSound {
            input = .truncated("dropped a request without the end of its body")
        } else {
            input = .read
            return body
        }
        throw RequestBody.Broken()
    }

    private func readBody(_ length: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) {
                count = Int(FCGX_GetStr($0.baseAddress, Int32(clamping: length), request.pointee.in))
            }
        }
    }

    private var inputIsSound: Bool { FCGX_GetError(request.pointee.in) == 0 }

    /// CGI's answer (RFC 3875, section 6): header lines, an empty line, the body.
    private func write(_ response: Response, withBody: Bool) {
        let hasContent = response.status.hasContent
        let isHeadWritten = putHead(response, length: hasContent ? response.body.count : nil)
        end(isWritten: isHeadWritten && (!hasContent || !withBody || put(response.body)))
    }

    private func putHead(_ response: Response, length: Int?) -> Bool {
        fields.removeAll()
        fields.append(status: response.status)
        fields.append(contentsOf: response.headers)
        if let length { fields.append(.contentLength, length) }
        return put(fields.bytes) && put(Self.emptyLine)
    }

    /// A stream for the answer to one request. It breaks when its time is over; a stop shortens this time.
    private func stream(isForHead: Bool) -> ResponseStream {
        streamEnd = ContinuousClock.now + service.limits.longestStream
        return ResponseStream(isForHead: isForHead, sendHead: sendHead, sendChunk: sendChunk)
    }

    /// Sends a chunk in pieces, each of which takes at most `Limits.silence`, so a slow peer does not hold the thread
    /// beyond the time of the stream.
    private func put(chunk: [UInt8]) -> Bool {
        chunk.withUnsafeBytes { chunk in
            var rest = chunk[...]
            while !rest.isEmpty {
                if let time = stop.time { streamEnd = min(streamEnd, time + service.limits.longestStreamWhenStopping) }
                guard .now < streamEnd, put(UnsafeRawBufferPointer(rebasing: rest.prefix(Self.pieceSize))) else {
                    return false
                }
                rest = rest.dropFirst(Self.pieceSize)
            }
            return true
        }
    }

    /// The size that libfcgi sends at once, less than its buffer (fcgiapp.c, `FCGX_NewWriter`).
    private static let pieceSize = 8000

    /// Ends the request. After an incomplete answer, the connection ends without FCGI_END_REQUEST, which tells the
    /// front server.
    private func end(isWritten: Bool) {
        if isWritten { FCGX_Finish_r(request) } else { abandon() }
    }

    private static let emptyLine = Array("\r\n".utf8)

    private func put(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { put($0) }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let count = Int32(exactly: bytes.count) else { return false }
        return FCGX_PutStr(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count, request.pointee.out) == count
    }

    /// Closes at once, without an answer and without waiting for a peer that has already failed.
    private func abandon() {
        FCGX_Detach(request)
        FCGX_Free(request, 1)
    }
}
