/// One HTTP response, complete, before a transport writes it.
public struct Response: Sendable {
    /// The status line's code.
    public var status: HTTPStatus

    /// The header fields, without `Content-Length`, which the transport derives from the body.
    public var headers: HTTPFields

    /// The body's bytes; empty for answers without one.
    public var body: [UInt8]

    /// Makes a response from its parts.
    public init(status: HTTPStatus, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response with a JSON body.
    public init(json: JSON, status: HTTPStatus = .ok) {
        self.init(status: status) { $0.value(json) }
    }

    /// A response whose body, one JSON value, the closure writes.
    @usableFromInline
    init(status: HTTPStatus, writing body: (inout Output) -> Void) {
        self.init(status: status, body: OutputBuffer.answers.text(body))
        headers.append(.contentType, "application/json")
    }
}
