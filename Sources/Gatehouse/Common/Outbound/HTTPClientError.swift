/// A request was not answered. No case contains a part of the URL or of the answer.
public enum HTTPClientError: Error, Equatable, CustomStringConvertible {
    /// The URL is not an absolute `https` URL without user and password, or not an `http` one where that is allowed.
    case invalidURL

    /// The server has no address to which requests may go.
    case addressRefused

    /// The server has not answered lately, so requests to it are paused. Nothing was sent.
    case circuitOpen

    /// There was no complete answer in time.
    case timedOut

    /// The body is larger than the client accepts.
    case tooLarge

    /// libcurl gave up, with one of its `CURLE_…` codes: no connection, no trusted certificate.
    case failed(curlCode: UInt32, reason: String)

    /// What happened, for the log.
    public var description: String {
        switch self {
        case .invalidURL: "this URL cannot be requested"
        case .addressRefused: "the address of the server is not allowed (see GATEHOUSE_OUTBOUND_ALLOW)"
        case .circuitOpen: "the server has not answered lately; requests to it are paused"
        case .timedOut: "the request was not answered in time"
        case .tooLarge: "the answer is too large"
        case .failed(_, let reason): "the request was not answered: \(reason)"
        }
    }
}
