/// Where a request came from, as far as the audit and the list of sessions tell.
struct Origin: Sendable {
    let requestID: String
    let address: String
    let userAgent: String
}
