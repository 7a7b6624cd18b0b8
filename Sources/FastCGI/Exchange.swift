import CFastCGI
import Glibc
import HTTPTypes
import Web

/// One connection's requests and answers, spoken by libfcgi.
///
/// libfcgi keeps pointers to its request structure, so that stands in memory of its own.
final class Exchange {
    private let service: Service
    private let request: UnsafeMutablePointer<FCGX_Request>

    init(service: Service) {
        self.service = service
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

    /// Reads one request's parameters; `false` when the connection ended or spoke nonsense, and is closed.
    ///
    /// To libfcgi, parameters that break off between two of them are complete; only the stream's error tells.
    func readNext() -> Bool {
        guard FCGX_Accept_r(request) == 0 else { return false }
        if !inputIsSound { abandon() }
        return isConnected
    }

    func close() {
        FCGX_Free(request, 1)
    }

    /// Reads the rest of the request, has it handled, writes the answer.
    ///
    /// After a refusal the unread body still stands in the connection, so that ends with the answer.
    func answer(_ handle: (Request) -> Response, keepingConnection: Bool) {
        if !keepingConnection { request.pointee.keepConnection = 0 }
        switch readRequest() {
        case .complete(let incoming):
            write(handle(incoming), withBody: incoming.method != .head)
        case .refused(let status, let incoming):
            request.pointee.keepConnection = 0
            write(service.refusal(status, incoming), withBody: incoming?.method != .head)
        case .truncated(let fault):
            service.onFault(fault)
            abandon()
        }
    }

    private enum Incoming {
        case complete(Request)
        case refused(HTTPResponse.Status, Request?)
        case truncated(String)
    }

    private func readRequest() -> Incoming {
        let parameters: Parameters
        do {
            parameters = try Parameters(
                request.pointee.envp, maximumBytes: service.limits.maximumParameterBytes)
        } catch {
            return .refused(error.status, nil)
        }
        var incoming = parameters.request
        let length = parameters.contentLength
        guard length <= min(service.limits.maximumBodyBytes, Int(Int32.max)) else {
            return .refused(.contentTooLarge, incoming)
        }
        let body = readBody(length)
        guard body.count == length, inputIsSound else {
            return .truncated("dropped a request whose body ended after \(body.count) of \(length) bytes")
        }
        // Reading on to the end of the stream also leaves a kept connection at the start of the next request.
        guard FCGX_GetChar(request.pointee.in) == EOF else { return .refused(.badRequest, incoming) }
        guard inputIsSound else { return .truncated("dropped a request without the end of its body") }
        incoming.body = body
        return .complete(incoming)
    }

    private func readBody(_ length: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) {
                count = Int(FCGX_GetStr($0.baseAddress, Int32(length), request.pointee.in))
            }
        }
    }

    private var inputIsSound: Bool { FCGX_GetError(request.pointee.in) == 0 }

    /// CGI's answer (RFC 3875, section 6): header lines, an empty line, the body.
    private func write(_ response: Response, withBody: Bool) {
        var head = "Status: \(response.status.code) \(response.status.reasonPhrase)\r\n"
        for field in response.headers { head += "\(field.name.rawName): \(field.value)\r\n" }
        let hasContent = response.status != .noContent && response.status != .notModified
        if hasContent { head += "Content-Length: \(response.body.count)\r\n" }
        head += "\r\n"

        let isWritten = put(Array(head.utf8)) && (!hasContent || !withBody || put(response.body))
        if isWritten { FCGX_Finish_r(request) } else { abandon() }
    }

    private func put(_ bytes: [UInt8]) -> Bool {
        guard let count = Int32(exactly: bytes.count) else { return false }
        return bytes.withUnsafeBytes {
            FCGX_PutStr($0.baseAddress?.assumingMemoryBound(to: CChar.self), count, request.pointee.out)
                == count
        }
    }

    /// Closes at once, without an answer and without waiting for a peer that has already failed.
    private func abandon() {
        FCGX_Detach(request)
        FCGX_Free(request, 1)
    }
}
