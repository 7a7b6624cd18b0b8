import Database
import FoundationEssentials
import Logging
import Web

/// The steps of every request, in this order: request id and log, routing, authentication, limit, guard, body,
/// idempotency, validation, handler, rendering. Every error ends here, as an answer and, if the caller must not see it,
/// as a line in the log.
final class Chain: Sendable {
    let router: Router<Call>
    let authenticator: Authenticator
    let apiKeys: APIKeyAuthenticator
    let idempotency: Idempotency
    let limits: Limits
    let crossOrigin: CrossOrigin
    let requests: RequestCounts
    let busy: Gauge
    let log: Logger
    let requestLog: RequestLog?

    init(
        router: Router<Call>, authenticator: Authenticator, apiKeys: APIKeyAuthenticator, idempotency: Idempotency,
        limits: Limits, crossOrigin: CrossOrigin, requests: RequestCounts, busy: Gauge, log: Logger,
        requestLog: RequestLog?
    ) {
        self.router = router
        self.authenticator = authenticator
        self.apiKeys = apiKeys
        self.idempotency = idempotency
        self.limits = limits
        self.crossOrigin = crossOrigin
        self.requests = requests
        self.busy = busy
        self.log = log
        self.requestLog = requestLog
    }

    /// The time limit for a request, or for the next chunk of its answer: less than nginx waits, so the program reports
    /// the time-out, and stops work for which nobody waits.
    static let budget = Duration.seconds(12)

    /// Seconds in `Retry-After` if another such request is under way.
    private static let pause = 5

    /// Answers one request.
    func respond(to request: Request, _ body: RequestBody, _ stream: ResponseStream, _ db: Connection) -> Response {
        busy.rise()
        defer { busy.fall() }
        let start = ContinuousClock.now
        db.deadline = request.arrival + Self.budget
        let requestID = RequestID.of(request.headers)
        let call = Call(request, body, stream, requestID: requestID, db: db, log: log)
        let response: Response
        var failure: Int?
        do {
            response = try answer(call)
        } catch {
            response = render(error, requestID: requestID, call.log)
            failure = error is ResponseStream.Broken ? RequestCounts.brokenOff : response.status.code
        }
        // Sent data cannot be withdrawn: a later failure shows in the log, and by the end of the connection.
        let answer: Response
        if let head = stream.head {
            answer = head
        } else {
            answer = finish(response, requestID: requestID, to: request, call.verdict)
        }
        let isWhole = stream.head == nil || stream.isComplete
        // An answer that was broken off is counted by its cause, not by the status that was sent.
        requests.record(
            route: call.routeIndex, method: request.method, status: failure ?? answer.status.code,
            took: .now - request.arrival)
        record(answer, isWhole: isWhole, to: request, requestID, call.pattern, try? call.principal, since: start)
        return answer
    }

    /// The answer to a request that the transport could not read.
    func refuse(_ status: HTTPStatus, _ request: Request?) -> Response {
        let start = ContinuousClock.now
        let requestID = RequestID.of(request?.headers ?? [:])
        let answer = finish(
            Self.refusal(status).response(requestID: requestID), requestID: requestID, to: request, nil)
        requests.record(
            route: nil, method: request?.method, status: answer.status.code, took: .now - (request?.arrival ?? start))
        if let request {
            record(answer, isWhole: true, to: request, requestID, nil, nil, since: start)
        } else {
            log.info(
                "request refused",
                metadata: ["requestId": "\(requestID)", "status": .stringConvertible(status.code)])
        }
        return answer
    }

    private static func refusal(_ status: HTTPStatus) -> APIError {
        switch status {
        case .requestHeaderFieldsTooLarge: APIError(.headersTooLarge)
        case .serviceUnavailable: .retry(.overloaded, after: 1)
        default: APIError(ErrorCode("BAD_REQUEST", .badRequest, "The request is not valid HTTP."))
        }
    }

    private func answer(_ call: Call) throws -> Response {
        do {
            guard call.request.method != .trace, call.request.method != .connect else {
                throw APIError(.notImplemented)
            }
            try call.request.headers.requireSingleFields()
        } catch {
            try limits.admitAnonymous(call)
            throw error
        }
        switch router.match(call.request.method, path: call.request.path) {
        case .route(let route, let path):
            call.pattern = route.pattern
            call.routeIndex = route.index
            if !route.isPublic {
                call.authenticate(as: try authenticate(call))
            } else if route.takesAccessToken, call.request.headers[.authorization] != nil {
                do {
                    call.authenticate(as: try authenticate(call))
                } catch let error as APIError where error.code.status == .unauthorized {
                    // The handler reports it if nothing else in the request is sufficient.
                }
            }
            try limits.admit(route, call)
            return try perform(route, path, call)
        case .none:
            try limits.admitAnonymous(call)
            throw APIError(.notFound)
        case .otherMethods(let methods):
            if let answer = crossOrigin.preflight(call.request, methods: methods) { return answer }
            try limits.admitAnonymous(call)
            throw APIError(
                .methodNotAllowed, headers: [.allow: methods.map(\.rawValue).joined(separator: ", ")])
        }
    }

    private func perform(_ route: Route, _ path: PathParameters, _ call: Call) throws -> Response {
        do {
            try AccessControl.admit(call, to: route, path: path)
            try call.receiveBody(for: route)
            if route.isStreamed { prepareStream(of: call) }
            return try oneAtATime(route, call) {
                try idempotency.once(call, route) { try route.respond(call.request, path, call) }
            }
        } catch {
            AccessControl.note(error, call, to: route)
            throw error
        }
    }

    /// Gives a streamed answer the fields and the log line of any other.
    private func prepareStream(of call: Call) {
        // Unowned, since the call owns the stream.
        call.stream.finish = { [self, unowned call] in
            finish($0, requestID: call.requestID, to: call.request, call.verdict)
        }
        call.stream.didSend = { [unowned call] in call.db.deadline = .now + Self.budget }
    }

    /// Refuses a request while another one of the same user to the same route is under way, if the route declares this.
    private func oneAtATime(_ route: Route, _ call: Call, _ body: () throws -> Response) throws -> Response {
        guard route.isOneAtATime else { return try body() }
        let turn = Self.turn(at: route.pattern, of: try call.principal.publicID)
        guard let response = try call.db.withNamedLock(turn, body) else {
            limits.refusals?.record("one-at-a-time")
            throw APIError(
                .rateLimited, "Another of your requests of this kind is still running.",
                headers: [.retryAfter: String(Self.pause)])
        }
        return response
    }

    /// The name of the lock of such a request: the server accepts names of up to 64 characters.
    static func turn(at pattern: String, of user: UUID) -> String {
        ContentDigest.text(of: Array("\(pattern) \(user)".utf8))
    }

    /// A token that was never valid counts against the caller's address; an expired token does not.
    private func authenticate(_ call: Call) throws -> Principal {
        do {
            let token = try BearerToken.of(call.request.headers)
            return try APIKeySecret.isOne(token)
                ? apiKeys.authenticate(String(decoding: token, as: UTF8.self), call)
                : authenticator.authenticate(token, call)
        } catch let error as APIError where error.code.status == .unauthorized {
            if error.code == .unauthorized { try limits.admitAnonymous(call) }
            throw BearerToken.challenged(error)
        }
    }

    private func render(_ error: any Error, requestID: String, _ log: Logger) -> Response {
        apiError(for: error, log).response(requestID: requestID)
    }

    /// The error for the caller. Internal details go to the log only.
    private func apiError(for error: any Error, _ log: Logger) -> APIError {
        switch error {
        case let error as APIError: return error
        case is RequestBody.Broken: return Self.refusal(.badRequest)
        // The caller has gone.
        case is ResponseStream.Broken: return APIError(.internalError)
        case is PasswordHasher.Overloaded: return .retry(.overloaded, after: 1)
        case let error as DatabaseError where error.isUnavailable:
            log.warning("database unavailable", metadata: ["reason": "\(error)"])
            return .retry(.dependencyUnavailable, after: 2)
        case let error as DatabaseError where error.isContention:
            log.warning("database contended", metadata: ["reason": "\(error)"])
            return .retry(.overloaded, after: 1)
        case let error as DatabaseError where error.isOfAnotherSchema:
            log.error("the schema belongs to another version", metadata: ["reason": "\(error)"])
            return .retry(.dependencyUnavailable, after: 2)
        default:
            log.error("request failed", metadata: ["reason": "\(error)"])
            return APIError(.internalError)
        }
    }

    /// Adds the header fields of every answer. Documents set their own caching.
    private func finish(
        _ response: consuming Response, requestID: String, to request: Request?, _ verdict: RateLimitVerdict?
    ) -> Response {
        let isKept = response.headers.contains(.cacheControl)
        response.headers.append(.requestID, requestID)
        response.headers.append(contentsOf: Self.everyAnswer)
        if !isKept { response.headers.append(contentsOf: Self.notKept) }
        verdict?.write(to: &response.headers)
        crossOrigin.allow(request, in: &response.headers)
        return response
    }

    private static let everyAnswer: HTTPFields = [
        .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        .referrerPolicy: "no-referrer",
    ]

    private static let notKept: HTTPFields = [.cacheControl: "no-store"]

    private func record(
        _ response: Response, isWhole: Bool, to request: Request, _ requestID: String, _ pattern: String?,
        _ principal: Principal?, since start: ContinuousClock.Instant
    ) {
        requestLog?.write(
            RequestLog.Entry(
                requestID: requestID, method: request.method, route: pattern, status: response.status,
                isWhole: isWhole, duration: ContinuousClock.now - start, remoteAddress: request.remoteAddress,
                principal: principal))
    }
}
