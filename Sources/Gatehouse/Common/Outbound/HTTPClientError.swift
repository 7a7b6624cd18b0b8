/// A request was not answered. No case contains a part of the URL or of the answer.
enum HTTPClientError: Error, Equatable, CustomStringConvertible {
    /// The body is larger than the client accepts.
    case tooLarge

    /// libcurl gave up, with one of its `CURLE_…` codes: no connection, no trusted certificate, no answer in time,
    /// a URL that is neither `https` nor `http`.
    case failed(curlCode: UInt32, reason: String)

    /// What happened, for the log.
    var description: String {
        switch self {
        case .tooLarge: "the answer is too large"
        case .failed(_, let reason): "the request was not answered: \(reason)"
        }
    }
}
