/// The origin of a request, for the audit and the list of sessions.
public struct Origin: Sendable {
    /// The id that the answer and every log line of the request have.
    public let requestID: String
    /// The caller's IP address.
    public let address: String
    /// The readable beginning of `User-Agent`.
    public let userAgent: String
}
