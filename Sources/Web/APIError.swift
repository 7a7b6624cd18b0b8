/// An error code of the API with its HTTP status. Modules add their own.
public struct ErrorCode: Sendable, Hashable {
    /// The word, in upper case with underscores.
    public let name: String
    /// The status of the answer.
    public let status: HTTPStatus
    /// The default message, sent if the error has none of its own.
    public let message: String
    /// The additional member of errors with this code.
    let member: Member?

    /// A member of an error, besides those that every error has.
    public struct Member: Sendable {
        let name: StaticString
        let schema: @Sendable (inout Components) -> JSON

        /// Declares a member that some errors of a code have, such as a link's `PASSWORD_REQUIRED`.
        public init<Value: ResponseValue>(_ name: StaticString, _ type: Value.Type) {
            self.name = name
            schema = { Value.schema(in: &$0) }
        }
    }

    /// Makes a code.
    public init(_ name: String, _ status: HTTPStatus, _ message: String, member: Member? = nil) {
        self.name = name
        self.status = status
        self.message = message
        self.member = member
    }

    /// A code is its name.
    public static func == (left: ErrorCode, right: ErrorCode) -> Bool { left.name == right.name }

    /// A code is its name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension ErrorCode {
    /// The body is not JSON, or JSON that no API should accept.
    public static let malformedJSON = ErrorCode("MALFORMED_JSON", .badRequest, "The body is not valid JSON.")
    /// A field of the body, the query or the path is at fault; `details` lists every fault.
    public static let validation = ErrorCode("VALIDATION_ERROR", .badRequest, "The request is not valid.")
    /// No token, or one that is not acceptable.
    public static let unauthorized = ErrorCode("UNAUTHORIZED", .unauthorized, "Sign in to use this.")
    /// The access token's lifetime is over; a refresh gives a new one.
    public static let tokenExpired = ErrorCode("TOKEN_EXPIRED", .unauthorized, "This token has expired.")
    /// The token's session, user, role or key is no longer what it was when the token was issued.
    public static let tokenRevoked = ErrorCode("TOKEN_REVOKED", .unauthorized, "This token was revoked. Sign in again.")
    /// The caller may know of this but not do it.
    public static let forbidden = ErrorCode("FORBIDDEN", .forbidden, "You are not allowed to do this.")
    /// The resource does not exist, or the caller must not know of it.
    public static let notFound = ErrorCode("NOT_FOUND", .notFound, "There is nothing here.")
    /// The path exists, with other methods, which `Allow` lists.
    public static let methodNotAllowed = ErrorCode(
        "METHOD_NOT_ALLOWED", .methodNotAllowed, "This path does not support this method.")
    /// The request contradicts the current state.
    public static let conflict = ErrorCode("CONFLICT", .conflict, "This conflicts with the current state.")
    /// The `Idempotency-Key` was sent before with another request.
    public static let idempotencyKeyReused = ErrorCode(
        "IDEMPOTENCY_KEY_REUSED", .unprocessableContent, "This Idempotency-Key was used for another request.")
    /// `If-Match` names a version that is no longer current.
    public static let preconditionFailed = ErrorCode(
        "PRECONDITION_FAILED", .preconditionFailed, "This was changed since you read it. Read it again.")
    /// The body is larger than its route accepts.
    public static let payloadTooLarge = ErrorCode(
        "PAYLOAD_TOO_LARGE", .contentTooLarge, "The body is larger than this operation accepts.")
    /// The URL is longer than the web server in front accepts, which answers this before any route is looked up.
    public static let addressTooLong = ErrorCode("URI_TOO_LONG", .uriTooLong, "The URL is too long.")
    /// The header fields are larger than that server or this one accepts.
    public static let headersTooLarge = ErrorCode(
        "HEADERS_TOO_LARGE", .requestHeaderFieldsTooLarge, "The header fields are too large.")
    /// The body is not declared as `application/json`, or has a content coding.
    public static let unsupportedMediaType = ErrorCode(
        "UNSUPPORTED_MEDIA_TYPE", .unsupportedMediaType, "Send the body as application/json.")
    /// Too many requests; `Retry-After` says when to try again.
    public static let rateLimited = ErrorCode("RATE_LIMITED", .tooManyRequests, "Too many requests.")
    /// A fault of the server; the log has its cause under the request id.
    public static let internalError = ErrorCode(
        "INTERNAL_ERROR", .internalServerError, "Something went wrong on the server. Use the request id to report it.")
    /// No path of this server knows the method.
    public static let notImplemented = ErrorCode(
        "NOT_IMPLEMENTED", .notImplemented, "This server does not implement this method.")
    /// No capacity now; `Retry-After` says when to try again.
    public static let overloaded = ErrorCode("OVERLOADED", .serviceUnavailable, "The server is busy. Try again.")
    /// A service that this server needs, such as its database, does not answer.
    public static let dependencyUnavailable = ErrorCode(
        "DEPENDENCY_UNAVAILABLE", .serviceUnavailable, "A service that this needs is not available. Try again.")
}

/// One thing wrong with one field of a request.
public struct Fault: Sendable, Equatable {
    /// The place: a JSON path such as `members[2].email`, or the name of a query or path parameter; empty for the body
    /// itself.
    public let field: String
    /// A stable word for programs, such as `required` or `too_long`.
    public let code: String
    /// A sentence for people.
    public let message: String

    /// Makes a fault.
    public init(_ field: String, _ code: String, _ message: String) {
        self.field = field
        self.code = code
        self.message = message
    }
}

/// An error that is sent to the caller of the API, in the common envelope of errors.
public struct APIError: Error {
    /// What went wrong.
    public let code: ErrorCode
    /// A sentence for people.
    public let message: String
    /// Every fault, for validation errors; else empty.
    public let details: [Fault]
    /// Fields to add to the answer, such as `Retry-After` or `Allow`.
    public let headers: HTTPFields
    /// The value of the member that its code declares.
    public let member: (any ResponseValue)?

    /// Makes an error.
    /// - Parameter member: the value of the member that its code declares, if this error has it.
    public init(
        _ code: ErrorCode, _ message: String? = nil, details: [Fault] = [], headers: HTTPFields = [:],
        member: (any ResponseValue)? = nil
    ) {
        self.member = member
        self.code = code
        self.message = message ?? code.message
        self.details = details
        self.headers = headers
    }

    /// The response for this error.
    package func response(requestID: String) -> Response {
        var response = Response(status: code.status) { output in
            output.object { output in
                output.name("error")
                output.object { write(to: &$0, requestID) }
            }
        }
        response.headers.append(contentsOf: headers)
        return response
    }

    private func write(to output: inout Output, _ requestID: String) {
        output.field("code", code.name)
        output.field("message", message)
        output.name("details")
        output.array { output in
            for fault in details {
                output.object { output in
                    output.field("field", fault.field)
                    output.field("code", fault.code)
                    output.field("message", fault.message)
                }
            }
        }
        output.field("requestId", requestID)
        if let name = code.member?.name, let member {
            output.name(name)
            member.render(to: &output)
        }
    }

    /// An error of a temporary condition, with `Retry-After` in whole seconds.
    public static func retry(_ code: ErrorCode, after seconds: Int) -> APIError {
        APIError(code, headers: [.retryAfter: String(seconds)])
    }
}
