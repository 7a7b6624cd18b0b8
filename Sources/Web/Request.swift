/// One HTTP request, uninterpreted. Its body is received later (`RequestBody`).
public final class Request: Sendable {
    /// The method as sent; extension methods are kept.
    public let method: HTTPMethod

    /// The path as sent, still percent-encoded, without the query (RFC 3986, section 3.3).
    public let path: String

    /// The part after the first `?`, still percent-encoded; empty without one.
    public let query: String

    /// The header fields, in the order received.
    public let headers: HTTPFields

    /// The body's bytes; empty without a body, and until it is received.
    public let body: [UInt8]

    /// When it was read; its time budget begins here.
    package let arrival: ContinuousClock.Instant

    /// The caller's address in text form, as the front server saw it.
    public let remoteAddress: String

    /// Makes a request from its parts.
    /// - Parameter target: path and query as on the request line (origin form, RFC 9112, section 3.2.1).
    package init(
        method: HTTPMethod, target: String, headers: HTTPFields = [:], body: [UInt8] = [],
        remoteAddress: String = "127.0.0.1"
    ) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        self.method = method
        self.path = mark.map { String(target[..<$0]) } ?? target
        self.query = mark.map { String(Substring(target.utf8[$0...].dropFirst())) } ?? ""
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        arrival = .now
    }

    /// The same request with the body that was received.
    package init(_ request: Request, body: [UInt8]) {
        method = request.method
        path = request.path
        query = request.query
        headers = request.headers
        self.body = body
        arrival = request.arrival
        remoteAddress = request.remoteAddress
    }

    /// Whether the query has a parameter of this name.
    package func hasParameter(_ searched: String) -> Bool {
        !query.isEmpty
            && query.split(atByte: UInt8(ascii: "&")).contains { pair in
                let name = Substring(pair.utf8.prefix { $0 != UInt8(ascii: "=") })
                return PercentEncoding.decode(name, plusIsSpace: true)?.hasSameBytes(as: searched) == true
            }
    }
}
