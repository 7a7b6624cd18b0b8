/// The body of a request that is still to be received.
///
/// The chain receives it once the route is known, the caller is counted and the guard has admitted them, so that a
/// refusal costs no more than the header fields.
public struct RequestBody {
    /// The default limit of a route, in bytes.
    public static let usualLimit = 16 << 10

    /// The number of bytes that the front server announced.
    package let length: Int
    private let receive: (() throws(Broken) -> [UInt8])?

    /// Fewer bytes arrived than were announced, or more.
    package struct Broken: Error {
        /// Makes the error.
        package init() {}
    }

    /// A body in a connection.
    /// - Parameter receive: reads exactly `length` bytes; called at most once.
    package init(length: Int, receive: @escaping () throws(Broken) -> [UInt8]) {
        self.length = length
        self.receive = receive
    }

    /// A body in memory.
    package init(_ bytes: [UInt8]) {
        self.init(length: bytes.count) { bytes }
    }

    /// No body.
    package init() {
        length = 0
        receive = nil
    }

    /// Receives the whole body.
    /// - Throws: `APIError` with `PAYLOAD_TOO_LARGE`, before anything is received; `Broken`.
    package func read(atMost limit: Int) throws -> [UInt8] {
        guard length <= limit else {
            throw APIError(.payloadTooLarge, "The body is larger than \(limit / 1024) KiB.")
        }
        return try receive?() ?? []
    }
}

/// The body that a route reads, as its declared fields show.
enum BodyKind {
    case none
    /// `application/json`
    case json
    /// `application/x-www-form-urlencoded`
    case form

    init(_ declarations: [Input.Declaration]) {
        if declarations.contains(where: { $0.place == .form }) {
            self = .form
        } else {
            self = declarations.contains { $0.place == .body } ? .json : .none
        }
    }

    /// The media type of the body.
    var mediaType: String {
        self == .form ? "application/x-www-form-urlencoded" : "application/json"
    }
}

extension GenericRoute {
    /// The body that the route reads.
    var bodyKind: BodyKind { BodyKind(input) }

    /// Whether the route reads fields of the body.
    package var takesBody: Bool { bodyKind != .none }

    /// Receives the body of a request to this route, unless its length or its header fields already say that it is not
    /// acceptable.
    /// - Throws: `APIError` with `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE` or `VALIDATION_ERROR`;
    ///   `RequestBody.Broken`.
    package func receive(_ body: RequestBody, of request: Request) throws -> [UInt8] {
        guard body.length > 0 else { return [] }
        guard takesBody else {
            // An empty object is accepted, since some clients always send one. Routes without a rate limit receive no
            // body.
            guard !isUnlimited, body.length <= maximumBodyBytes, request.headers.hasNoContentCoding else {
                throw Input.takesNoBody
            }
            return try body.read(atMost: maximumBodyBytes)
        }
        try request.headers.requireNoContentCoding()
        try request.headers.requireType(bodyKind.mediaType)
        return try body.read(atMost: maximumBodyBytes)
    }
}

extension HTTPFields {
    /// Whether the body has no content coding; `identity` counts as none (RFC 9110, section 8.4.1).
    var hasNoContentCoding: Bool {
        self[values: .contentEncoding].flatMap { $0.split(atByte: UInt8(ascii: ",")) }
            .map(\.withoutOptionalWhitespace).filter { !$0.isEmpty }
            .allSatisfy { $0.hasSameBytes(asIgnoringASCIICase: "identity") }
    }

    /// Refuses a body with a content coding (RFC 9110, section 15.5.16).
    func requireNoContentCoding() throws(APIError) {
        guard hasNoContentCoding else {
            throw APIError(
                .unsupportedMediaType, "Send the body without Content-Encoding.",
                headers: [.acceptEncoding: "identity"])
        }
    }

    /// Refuses a body of another type, or of several types in one field (RFC 9110, section 8.3).
    func requireType(_ expected: String) throws(APIError) {
        let field = self[.contentType] ?? ""
        let type = field.split(atByte: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false).first
        guard !field.utf8.contains(UInt8(ascii: ",")),
            type?.withoutOptionalWhitespace.hasSameBytes(asIgnoringASCIICase: expected) == true
        else { throw APIError(.unsupportedMediaType, "Send the body as \(expected).") }
    }
}
