/// The answer of a handler: data, metadata and header fields.
public struct Answer<Body: ResponseValue>: Sendable {
    /// The `data` of the envelope.
    public var body: Body
    /// The `meta` of the envelope; left out when `nil`.
    public var meta: ListMeta?
    /// Header fields besides those of every answer.
    public var headers: HTTPFields

    /// Makes an answer.
    public init(_ body: Body, meta: ListMeta? = nil, headers: HTTPFields = [:]) {
        self.body = body
        self.meta = meta
        self.headers = headers
    }
}

extension Answer where Body: VersionedResource {
    /// Makes an answer of one resource, with its version in `ETag`.
    public init(_ body: Body) {
        self.init(body, meta: nil, headers: [.eTag: body.entityTag.text])
    }
}

extension Answer where Body == NoContent {
    /// Makes an answer without a body.
    /// - Parameter done: the call that does the work and returns nothing.
    public init(done: Void) {
        self.init(NoContent())
    }
}

/// The body type of answers without a body.
public struct NoContent: ResponseValue {
    /// The one value.
    public static let example = NoContent()
    /// Nothing is ever written.
    public static func schema(in components: inout Components) -> JSON { true }
    /// Nothing is ever written.
    public func render(to output: inout Output) { output.null() }

    /// Makes the one value.
    public init() {}
}

/// The answer of a route on success.
public struct Success<Body: ResponseValue>: Sendable {
    @usableFromInline let status: HTTPStatus
    let description: String
    /// Whether the request holds a one-time token, so it can take effect only once.
    var isOnce = false
    /// The schema of the body.
    var schema: @Sendable (inout Components) -> JSON = { Body.schema(in: &$0) }

    /// 200 with this body.
    public static func ok(_ body: Body.Type, _ description: String = "Done.") -> Success {
        Success(status: .ok, description: description)
    }

    /// 201 with this body; `Location` has the URL of the created resource.
    public static func created(_ body: Body.Type, _ description: String = "Created.") -> Success {
        Success(status: .created, description: description)
    }

    /// The same for a request with a one-time token. It takes no `Idempotency-Key`, since the token does the same.
    package static func createdOnce(_ body: Body.Type, _ description: String = "Created.") -> Success {
        Success(status: .created, description: description, isOnce: true)
    }
}

extension Success where Body: ResponseObject {
    /// 200 with a body whose members are known only at the start: the document takes them from this example.
    public static func ok(example: Body, _ description: String = "Done.") -> Success {
        Success(status: .ok, description: description) { components in
            components.define(Body.self) { components in
                Output.schema(in: &components) { example.write(to: &$0) }
            }
        }
    }
}

extension Success where Body == NoContent {
    /// 204 without a body.
    public static var noContent: Success { Success(status: .noContent, description: "Done; without a body.") }

    /// 302 without a body; `Location` has the URL to which a browser goes next with the same method (RFC 9110, section
    /// 15.4.3).
    package static func found(_ description: String) -> Success { Success(status: .found, description: description) }

    /// 303 without a body; `Location` has the URL that a browser reads next (RFC 9110, section 15.4.4).
    package static func seeOther(_ description: String) -> Success {
        Success(status: .seeOther, description: description)
    }
}

extension Response {
    /// The answer in its envelope (`data`, `meta`).
    @inlinable
    init(_ answer: Answer<some ResponseValue>, status: HTTPStatus) {
        if status == .noContent || status == .found || status == .seeOther {
            self.init(status: status, headers: answer.headers)
            return
        }
        self.init(status: status) { output in
            output.object { output in
                output.field("data", answer.body)
                if let meta = answer.meta { output.field("meta", meta) }
            }
        }
        headers.append(contentsOf: answer.headers)
    }
}
