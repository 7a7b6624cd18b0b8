extension Outbound {
    /// Whether a URL may be set, so that it is requested later: it is `https`, or `http` where that may be used with an
    /// opened address. To which address it leads is judged at each connection.
    func allowsURL(_ url: String) -> Bool {
        guard let target = RequestTarget(url) else { return false }
        return target.scheme == "https" || policy.allowsHTTP
    }
}
