/// Where a request came from, as far as the audit and the list of sessions tell.
public struct Origin: Sendable {
    /// The id that the answer and every log line of the request have.
    public let requestID: String
    /// The caller's IP address.
    public let address: String
    /// The beginning of `User-Agent`, as far as people can read it.
    public let userAgent: String
}
