import Web

/// Lets pages of listed origins call the API (Fetch Standard, "HTTP CORS protocol"). Without credentials: browsers send
/// such calls no cookie, so the cookie form stays with pages of this origin.
struct CrossOrigin: Sendable {
    /// As browsers write them in `Origin`.
    let origins: Set<String>

    /// How long a browser may remember the answer to a preflight, in seconds.
    private static let preflightLifetime = 600

    private static let requestHeaders =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"

    private static let responseHeaders = """
        Content-Disposition, ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, \
        WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id
        """

    /// The answer to a preflight of a listed origin; `nil` for every other request.
    /// - Parameter methods: those that the path answers.
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

    /// Adds to an answer what lets a page of a listed origin read it.
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
