public import Database
public import FoundationEssentials
public import Logging
public import Web

/// One request in the chain: what the application lends to a handler.
public final class Call {
    /// The request, with its body once the guard has admitted it.
    public private(set) var request: Request
    private let body: RequestBody
    /// Sends an answer that may be long.
    let stream: ResponseStream
    /// The id that the answer and every log line of the request have.
    public let requestID: String
    /// The worker's connection.
    public let db: Connection
    private let lines: Logger
    /// The pattern of the route; absent if none matches.
    var pattern: String?
    /// The number of the route.
    var routeIndex: Int?
    /// Set by authentication; absent on public routes.
    private var authenticated: Principal?
    /// The row that authentication has read, in a `Kept` of the type of the module that owns the table.
    private var row: AnyObject?

    private final class Kept<Row> {
        let row: Row

        init(_ row: Row) {
            self.row = row
        }
    }

    /// Set by the guard of an organization's routes.
    private var admitted: Membership?
    /// The id that the request names, in the path or where the handler reads it. It need not exist, so no event may be
    /// written about it.
    private(set) var named: UUID?
    /// The id of the object that was found for the caller, which becomes the target of a refusal.
    private(set) var target: UUID?
    /// The verdict that is nearest to exhaustion, for the header of the answer.
    private(set) var verdict: RateLimitVerdict?

    init(
        _ request: Request, _ body: RequestBody, _ stream: ResponseStream, requestID: String, db: Connection,
        log: Logger
    ) {
        self.request = request
        self.body = body
        self.stream = stream
        self.requestID = requestID
        self.db = db
        lines = log
    }

    /// Receives the body, if the route takes one.
    func receiveBody(for route: Route) throws {
        let bytes = try route.receive(body, of: request)
        if !bytes.isEmpty { request = Request(request, body: bytes) }
    }

    /// A logger with the request id. Most requests write no line, so it is made on demand.
    public var log: Logger {
        var log = lines
        log[metadataKey: "requestId"] = "\(requestID)"
        return log
    }

    /// Sets the principal.
    func authenticate(as principal: Principal) {
        authenticated = principal
    }

    /// Keeps the row that authentication has read, for a handler that answers it.
    func keep(_ row: some RowDecodable) {
        self.row = Kept(row)
    }

    /// The row that authentication has read, if it has this type.
    func kept<T: RowDecodable>(as type: T.Type) -> T? {
        (row as? Kept<T>)?.row
    }

    /// Sets the membership of the principal in the organization that the path names.
    func admit(as membership: Membership) {
        admitted = membership
    }

    /// Records the id that the request names.
    public func names(_ id: UUID?) {
        named = id
    }

    /// Records the id of the object that was found and that the caller may know of.
    public func found(_ id: UUID) {
        target = id
    }

    /// Whether the guard has found the caller to be a member of the organization that the path names.
    var isMember: Bool { admitted != nil }

    /// Whether somebody was authenticated.
    var isAuthenticated: Bool { authenticated != nil }

    /// The principal of the request.
    /// - Throws: `UNAUTHORIZED` if there is none, which cannot happen in the handler of a guarded route.
    public var principal: Principal {
        get throws(APIError) {
            guard let authenticated else { throw APIError(.unauthorized) }
            return authenticated
        }
    }

    /// The acting user, through a session or the user's own API key.
    /// - Throws: `FORBIDDEN` if an organization acts.
    public var user: UserReference {
        get throws(APIError) {
            guard let user = try principal.user else {
                throw APIError(.forbidden, "The key of an organization cannot do this.")
            }
            return user
        }
    }

    /// The signed-in user.
    /// - Throws: `FORBIDDEN` if an API key was used.
    public var signedIn: Caller {
        get throws(APIError) {
            let (user, principal) = (try user, try principal)
            guard let session = principal.session else {
                throw APIError(.forbidden, "API keys cannot do this: sign in.")
            }
            return Caller(user: user, session: session)
        }
    }

    /// The membership of the principal in the organization that the path names.
    /// - Throws: `NOT_FOUND` on routes without the guard `.member`.
    public var membership: Membership {
        get throws(APIError) {
            guard let admitted else { throw APIError(.notFound) }
            return admitted
        }
    }

    /// Records the verdict of a limit.
    func note(_ verdict: RateLimitVerdict) {
        self.verdict = self.verdict.map { $0.isNearer(than: verdict) ? $0 : verdict } ?? verdict
    }

    /// The caller's address for the limits.
    var client: ClientAddress { ClientAddress(request.remoteAddress) }

    /// The origin of the request.
    public var origin: Origin {
        Origin(
            requestID: requestID, address: request.remoteAddress,
            userAgent: Self.readable(request.headers[.userAgent] ?? ""))
    }

    /// The beginning of a field that people read later. Invisible characters are replaced.
    private static func readable(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(longestUserAgent).map { $0.isReadable ? $0 : "\u{FFFD}" }
        let readable = String(String.UnicodeScalarView(scalars))
        return readable.isStreamSafe ? readable : ""
    }

    /// The stored part of `User-Agent`, in code points; nothing is stored of a value with long rows of marks, which no
    /// program sends.
    static let longestUserAgent = 512
}

extension Call: RouteContext {
    /// Who may use a route.
    public typealias Guard = Gatehouse.Guard
    /// How often a caller may use a route.
    public typealias Tier = Gatehouse.Tier
}

/// A route of this application.
public typealias Route = GenericRoute<Call>

extension Route {
    /// The base of the API.
    static var base: String { "/api/v1" }
}
