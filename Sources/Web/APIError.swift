/// A word of the API that says what went wrong, with the HTTP status it travels under. Modules add their own.
public struct ErrorCode: Sendable, Hashable {
    /// The word, in upper case with underscores.
    public let name: String
    /// The status of the answer.
    public let status: HTTPStatus
    /// The sentence sent where the place of the error has nothing better to say.
    public let message: String
    /// What an error of this code tells in addition.
    let member: Member?

    /// A member of an error, beside those that every error has.
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
    /// There is nothing here that the caller may know of.
    public static let notFound = ErrorCode("NOT_FOUND", .notFound, "There is nothing here.")
    /// The path exists, with other methods, which `Allow` lists.
    public static let methodNotAllowed = ErrorCode(
        "METHOD_NOT_ALLOWED", .methodNotAllowed, "This path does not answer this method.")
    /// The request contradicts the present state.
    public static let conflict = ErrorCode("CONFLICT", .conflict, "This conflicts with the present state.")
    /// The `Idempotency-Key` was sent before with another request.
    public static let idempotencyKeyReused = ErrorCode(
        "IDEMPOTENCY_KEY_REUSED", .unprocessableContent, "This Idempotency-Key was used for another request.")
    /// `If-Match` names a version that is no longer the present one.
    public static let preconditionFailed = ErrorCode(
        "PRECONDITION_FAILED", .preconditionFailed, "This was changed since you read it. Read it again.")
    /// The body is larger than its route accepts.
    public static let payloadTooLarge = ErrorCode(
        "PAYLOAD_TOO_LARGE", .contentTooLarge, "The body is larger than this operation accepts.")
    /// The address is longer than the web server in front accepts, which answers so before any route is looked for.
    public static let addressTooLong = ErrorCode("URI_TOO_LONG", .uriTooLong, "The address is too long.")
    /// The header fields are larger than accepted, by that server or by this.
    public static let headersTooLarge = ErrorCode(
        "HEADERS_TOO_LARGE", .requestHeaderFieldsTooLarge, "The header fields are too large.")
    /// The body is not declared as `application/json`, or has a content coding.
    public static let unsupportedMediaType = ErrorCode(
        "UNSUPPORTED_MEDIA_TYPE", .unsupportedMediaType, "Send the body as application/json.")
    /// Too many requests; `Retry-After` says when to come back.
    public static let rateLimited = ErrorCode("RATE_LIMITED", .tooManyRequests, "Too many requests.")
    /// A fault of the server, told in the log under the request id.
    public static let internalError = ErrorCode(
        "INTERNAL_ERROR", .internalServerError, "Something went wrong here. The request id helps to find out what.")
    /// No path of this server knows the method.
    public static let notImplemented = ErrorCode(
        "NOT_IMPLEMENTED", .notImplemented, "This server does not implement this method.")
    /// No capacity now; `Retry-After` says when to come back.
    public static let overloaded = ErrorCode("OVERLOADED", .serviceUnavailable, "The server is busy. Try again.")
    /// Something this server needs, such as its database, does not answer.
    public static let dependencyUnavailable = ErrorCode(
        "DEPENDENCY_UNAVAILABLE", .serviceUnavailable, "A service this needs is not available. Try again.")
}

/// One thing wrong with one field of a request.
public struct Fault: Sendable, Equatable {
    /// Where: a JSON path such as `members[2].email`, or the name of a query or path parameter; empty for the body
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

/// An error that the caller of the API is told about, in the envelope that every error shares.
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
    /// - Parameter member: the value of the member that its code declares, where this error has it.
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

    /// The answer that tells of this error.
    public func response(requestID: String) -> Response {
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

    /// The same for a service that is back soon: `Retry-After` in whole seconds.
    public static func retry(_ code: ErrorCode, after seconds: Int) -> APIError {
        APIError(code, headers: [.retryAfter: String(seconds)])
    }
}
