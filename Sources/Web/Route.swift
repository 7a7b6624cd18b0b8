/// One operation of the API, declared once: dispatch, guard, limit, validation, document and tests all come from it.
public final class GenericRoute<Context: RouteContext>: Sendable {
    /// The method. A `GET` answers `HEAD` too.
    public let method: HTTPMethod
    /// The path, with parameters in braces: `/users/me/sessions/{id}`.
    public let pattern: String
    /// Its purpose, in a few words.
    public let summary: String
    /// Further information for callers.
    public let description: String
    /// The part of the API it belongs to.
    public let tag: String
    /// Who may use it.
    public let `guard`: Context.Guard
    /// Whether a public route distinguishes signed-in callers: it looks at a token in the request, but a bad token is
    /// not refused.
    public let takesAccessToken: Bool
    /// The scope that an API key needs; `nil` if keys are refused.
    public let scope: Permission?
    /// The rate limit.
    public let tier: Context.Tier
    /// Whether everybody may use it: its guard is `.public`.
    public let isPublic: Bool
    /// Whether it has no rate limit: its tier is `.unlimited`.
    public let isUnlimited: Bool
    /// Whether each user may have only one such request at a time, since it may hold a worker for long.
    public let isOneAtATime: Bool
    /// Whether the answer may be long, and is sent while it is made.
    package let isStreamed: Bool
    /// The longest body it takes, in bytes.
    public let maximumBodyBytes: Int
    /// Its number among the routes of its router.
    package let index: Int
    /// The errors that it can answer besides those of every route.
    public let errors: [ErrorCode]

    let input: [Input.Declaration]
    let inputType: Any.Type
    let exampleBody: JSON?
    let success: SuccessDescription
    /// Validates, runs the handler and renders its answer.
    package let respond: @Sendable (Request, PathParameters, Context) throws -> Response

    /// The description of the answer for the document.
    struct SuccessDescription: Sendable {
        let status: HTTPStatus
        let description: String
        let schema: @Sendable (inout Components) -> JSON
        let hasEntityTag: Bool
        var isOnce = false
    }

    /// For a list: the combinations of filters and sorts.
    let combinations: JSON?

    /// Whether unknown parameters are ignored, and not refused.
    let ignoresOtherParameters: Bool

    /// Whether the answer is a separate document, outside the envelope.
    let isDocument: Bool

    /// Whether the OpenAPI document lists it.
    public let isListed: Bool

    /// Declares an operation.
    /// - Parameters:
    ///   - takesAccessToken: whether a public route looks at an access token in the request.
    ///   - scope: the scope that an API key needs; without one, only sessions are accepted. A permission that the guard
    ///     requires is the scope too.
    ///   - isOneAtATime: refuses another request of the same user while one is under way.
    ///   - isVersioned: the answer is a single resource with an `ETag`; a change of it takes `If-Match`.
    ///   - maximumBodyBytes: the length of the longest body; enough for every acceptable body, even with all characters
    ///     escaped.
    ///   - input: the type of the handler's input.
    ///   - returns: the answer on success.
    ///   - errors: the error codes that it can answer besides those of every route.
    ///   - handle: handles the request.
    @inlinable
    public convenience init<Value: RequestInput, Body: ResponseValue>(
        _ method: HTTPMethod, _ pattern: String, _ summary: String, description: String = "", tag: String,
        guard: Context.Guard, takesAccessToken: Bool = false, scope: Permission? = nil, tier: Context.Tier,
        isOneAtATime: Bool = false, isVersioned: Bool = false, maximumBodyBytes: Int = RequestBody.usualLimit,
        input: Value.Type, returns: Success<Body>, errors: [ErrorCode] = [],
        handle: @escaping @Sendable (Value, Context) throws -> Answer<Body>
    ) {
        self.init(
            method, pattern, summary, description: description, tag: tag, guard: `guard`,
            takesAccessToken: takesAccessToken, scope: scope, tier: tier, isOneAtATime: isOneAtATime,
            isVersioned: isVersioned, maximumBodyBytes: maximumBodyBytes, input: InputReader(input), returns: returns,
            errors: errors
        ) { value, request, context in
            Response(try handle(value, context), status: returns.status).conditional(on: request)
        }
    }

    /// Declares an operation whose input depends on values known only at the start.
    public convenience init<Value: Sendable, Body: ResponseValue>(
        _ method: HTTPMethod, _ pattern: String, _ summary: String, description: String = "", tag: String,
        guard: Context.Guard, scope: Permission? = nil, tier: Context.Tier, isVersioned: Bool = false,
        maximumBodyBytes: Int = RequestBody.usualLimit, input: InputReader<Value>, returns: Success<Body>,
        errors: [ErrorCode] = [], handle: @escaping @Sendable (Value, Context) throws -> Answer<Body>
    ) {
        self.init(
            method, pattern, summary, description: description, tag: tag, guard: `guard`, takesAccessToken: false,
            scope: scope, tier: tier, isOneAtATime: false, isVersioned: isVersioned,
            maximumBodyBytes: maximumBodyBytes, input: input, returns: returns, errors: errors
        ) { value, request, context in
            Response(try handle(value, context), status: returns.status).conditional(on: request)
        }
    }

    /// Declares a `GET` whose answer may be long.
    /// - Parameter handle: answers through the stream of the request, and returns the stream's result.
    package convenience init<Body: ResponseValue>(
        streaming pattern: String, _ summary: String, description: String = "", tag: String, guard: Context.Guard,
        tier: Context.Tier, isOneAtATime: Bool = false, returns: Success<Body>, errors: [ErrorCode] = [],
        handle: @escaping @Sendable (Context) throws -> Response
    ) {
        self.init(
            .get, pattern, summary, description: description, tag: tag, guard: `guard`, takesAccessToken: false,
            scope: nil, tier: tier, isOneAtATime: isOneAtATime, isStreamed: true, isVersioned: false,
            maximumBodyBytes: RequestBody.usualLimit, input: InputReader(NoInput.self), returns: returns, errors: errors
        ) { _, _, context in try handle(context) }
    }

    @usableFromInline
    init<Value: Sendable, Body: ResponseValue>(
        _ method: HTTPMethod, _ pattern: String, _ summary: String, description: String, tag: String,
        guard: Context.Guard, takesAccessToken: Bool, scope: Permission?, tier: Context.Tier, isOneAtATime: Bool,
        isStreamed: Bool = false, isVersioned: Bool, maximumBodyBytes: Int, input: InputReader<Value>,
        returns: Success<Body>, errors: [ErrorCode],
        respond: @escaping @Sendable (Value, Request, Context) throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        self.summary = summary
        self.description = description
        self.tag = tag
        self.guard = `guard`
        self.takesAccessToken = takesAccessToken
        self.scope = `guard`.requiredPermission ?? scope
        self.tier = tier
        self.isPublic = `guard` == .public
        self.isUnlimited = tier == .unlimited
        self.isOneAtATime = isOneAtATime
        self.isStreamed = isStreamed
        self.maximumBodyBytes = maximumBodyBytes
        self.errors = errors
        index = 0
        let description = Input.describe(input)
        self.input = description.declarations
        self.combinations = description.combinations
        self.inputType = Value.self
        self.exampleBody = input.exampleBody
        self.isDocument = false
        self.isListed = true
        self.success = SuccessDescription(
            status: returns.status, description: returns.description, schema: returns.schema,
            hasEntityTag: isVersioned, isOnce: returns.isOnce)
        self.ignoresOtherParameters = description.ignoresOthers
        let body = BodyKind(self.input)
        self.respond = { request, path, context in
            try respond(Input.read(input, from: request, path: path, body: body), request, context)
        }
    }

    /// Declares an operation that needs nothing from the request except the caller.
    @inlinable
    public convenience init<Body: ResponseValue>(
        _ method: HTTPMethod, _ pattern: String, _ summary: String, description: String = "", tag: String,
        guard: Context.Guard, scope: Permission? = nil, tier: Context.Tier, isOneAtATime: Bool = false,
        isVersioned: Bool = false, returns: Success<Body>, errors: [ErrorCode] = [],
        handle: @escaping @Sendable (Context) throws -> Answer<Body>
    ) {
        self.init(
            method, pattern, summary, description: description, tag: tag, guard: `guard`, scope: scope, tier: tier,
            isOneAtATime: isOneAtATime, isVersioned: isVersioned, input: NoInput.self, returns: returns, errors: errors
        ) { _, context in try handle(context) }
    }

    /// Declares an operation that answers a separate document, outside the envelope: a JWKS, an OpenAPI document.
    /// - Parameter isListed: whether the OpenAPI document lists it. Leave out operations that only operators use.
    public init(
        document pattern: String, _ summary: String, description: String = "", tag: String, isListed: Bool = true,
        errors: [ErrorCode] = [], handle: @escaping @Sendable (Request, Context) throws -> Response
    ) {
        self.method = .get
        self.pattern = pattern
        self.summary = summary
        self.description = description
        self.tag = tag
        self.guard = .public
        self.takesAccessToken = false
        self.scope = nil
        self.tier = .unlimited
        self.isPublic = true
        self.isUnlimited = true
        self.isOneAtATime = false
        self.isStreamed = false
        self.maximumBodyBytes = RequestBody.usualLimit
        self.errors = errors
        index = 0
        self.combinations = nil
        self.ignoresOtherParameters = false
        self.input = []
        self.inputType = NoInput.self
        self.exampleBody = nil
        self.isDocument = true
        self.isListed = isListed
        self.success = SuccessDescription(
            status: .ok, description: "The document.", schema: { _ in ["type": "object"] },
            hasEntityTag: true)
        self.respond = { request, _, context in
            _ = try Input.read(InputReader(NoInput.self), from: request, path: [:], body: .none)
            return try handle(request, context).conditional(on: request)
        }
    }

    /// The same operation with its path below another.
    package func under(_ base: String) -> GenericRoute {
        GenericRoute(self, pattern: base + pattern, index: index)
    }

    /// The same operation under another path or number.
    init(_ other: GenericRoute, pattern: String, index: Int) {
        self.pattern = pattern
        self.index = index
        method = other.method
        summary = other.summary
        description = other.description
        tag = other.tag
        `guard` = other.guard
        takesAccessToken = other.takesAccessToken
        scope = other.scope
        tier = other.tier
        isPublic = other.isPublic
        isUnlimited = other.isUnlimited
        isOneAtATime = other.isOneAtATime
        isStreamed = other.isStreamed
        maximumBodyBytes = other.maximumBodyBytes
        errors = other.errors
        input = other.input
        inputType = other.inputType
        exampleBody = other.exampleBody
        success = other.success
        respond = other.respond
        combinations = other.combinations
        ignoresOtherParameters = other.ignoresOtherParameters
        isDocument = other.isDocument
        isListed = other.isListed
    }

    /// Whether it takes `Idempotency-Key`: it creates something, without a one-time token, and the caller, to whom the
    /// key belongs, is known.
    public var isIdempotent: Bool {
        method == .post && success.status == .created && !success.isOnce && !isPublic
    }

    /// The segments of the pattern.
    var segments: [Substring] { pattern.split(separator: "/") }
}
