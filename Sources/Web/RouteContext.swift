/// What an application lends to a handler for one request, such as its connection and the caller. With it come the
/// application's own terms for who may use a route, and how often.
public protocol RouteContext: SendableMetatype {
    /// Who may use a route.
    associatedtype Guard: RouteGuard
    /// How often a caller may use a route.
    associatedtype Tier: RouteTier
}

/// Who may use a route. An application defines the choices; routes and their document need to know only these
/// properties of them.
public protocol RouteGuard: Sendable, Equatable {
    /// Everybody, with or without a token.
    static var `public`: Self { get }
    /// The permission that it requires, which an API key then needs as its scope; `nil` if it requires none.
    var requiredPermission: Permission? { get }
    /// The errors with which it refuses authenticated callers, for the document.
    var refusals: [ErrorCode] { get }
}

/// How often a caller may use a route. An application defines the choices and counts the requests.
public protocol RouteTier: Sendable, Equatable {
    /// As often as they like.
    static var unlimited: Self { get }
}
