import Web

/// Lets pages of listed origins call the API (Fetch Standard, "HTTP CORS protocol"). It allows no credentials: browsers
/// send such calls without cookies, so only pages of this origin can use the cookie form.
struct CrossOrigin: Sendable {
    /// The origins in the form of the field `Origin`.
    let origins: Set<String>

    /// The time for which a browser may cache the answer to a preflight, in seconds.
    private static let preflightLifetime = 600

    private static let requestHeaders =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"

    private static let responseHeaders = """
        Content-Disposition, ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, \
        WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id
        """

    /// The answer to a preflight of a listed origin; `nil` for every other request.
    /// - Parameter methods: the methods of the path.
    func preflight(_ request: Request, methods: [HTTPMethod]) -> Response? {
        guard request.method == .options, isListed(request), request.headers[.accessControlRequestMethod] != nil else {
            return nil
        }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: methods.map(\.rawValue).joined(separator: ", "),
                .accessControlAllowHeaders: Self.requestHeaders,
                .accessControlMaxAge: String(Self.preflightLifetime),
            ])
    }

    /// Adds the fields that let a page of a listed origin read an answer.
    func allow(_ request: Request?, in headers: inout HTTPFields) {
        guard !origins.isEmpty else { return }
        headers[.vary] = "Origin"
        guard let request, isListed(request) else { return }
        headers[.accessControlAllowOrigin] = request.headers[.origin]
        headers[.accessControlExposeHeaders] = Self.responseHeaders
    }

    private func isListed(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin] else { return false }
        return origins.contains { $0.hasSameBytes(as: origin) }
    }
}
