public import Database
public import FoundationEssentials
public import Logging
public import Web

/// One request on its way through the chain: what the application lends a handler.
public final class Call {
    /// The request as it came, with its body once the guard has let it through.
    public private(set) var request: Request
    private let body: RequestBody
    /// Sends an answer that may be long.
    let stream: ResponseStream
    /// The id that the answer and every log line of the request have.
    public let requestID: String
    /// The worker's connection.
    public let db: Connection
    private let lines: Logger
    /// The pattern of the route; absent where none matches.
    var pattern: String?
    /// The number of the route.
    var routeIndex: Int?
    /// Set by authentication; absent on public routes.
    private var authenticated: Principal?
    /// What authentication has read of whoever acts, in a `Kept` of the module's type whose table it is.
    private var row: AnyObject?

    private final class Kept<Row> {
        let row: Row

        init(_ row: Row) {
            self.row = row
        }
    }

    /// Set by the guard of routes about an organization.
    private var admitted: Membership?
    /// What the request only names: as `id` in the path, or where the handler reads it. Nothing says that it exists, so
    /// nothing may be written about it.
    private(set) var named: UUID?
    /// What was found for the caller, which is what a refusal is about.
    private(set) var target: UUID?
    /// The limit nearest exhaustion of those that the call has met; the answer's header tells of it.
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

    /// Receives the body, as far as its route takes one.
    func receiveBody(for route: Route) throws {
        let bytes = try route.receive(body, of: request)
        if !bytes.isEmpty { request = Request(request, body: bytes) }
    }

    /// Writes lines that carry the request id. Most requests write none, so it is made when it is asked for.
    public var log: Logger {
        var log = lines
        log[metadataKey: "requestId"] = "\(requestID)"
        return log
    }

    /// Notes who acts.
    func authenticate(as principal: Principal) {
        authenticated = principal
    }

    /// Keeps what authentication has read of whoever acts, for a handler that answers it.
    func keep(_ row: some RowDecodable) {
        self.row = Kept(row)
    }

    /// What authentication has read of whoever acts, if it is of this type.
    func kept<T: RowDecodable>(as type: T.Type) -> T? {
        (row as? Kept<T>)?.row
    }

    /// Notes what the principal may do in the organization that the path names.
    func admit(as membership: Membership) {
        admitted = membership
    }

    /// Notes the id of what the request is about, as somebody typed it.
    public func names(_ id: UUID?) {
        named = id
    }

    /// Notes the id of what the request is about and the caller may know of: it was looked up.
    public func found(_ id: UUID) {
        target = id
    }

    /// Whether the guard knows the caller for a member of the organization that the path names.
    var isMember: Bool { admitted != nil }

    /// Whether somebody was authenticated.
    var isAuthenticated: Bool { authenticated != nil }

    /// Whoever acts.
    /// - Throws: `UNAUTHORIZED` where nobody is known; the chain has seen to that before the handler of a guarded route
    ///   runs.
    public var principal: Principal {
        get throws(APIError) {
            guard let authenticated else { throw APIError(.unauthorized) }
            return authenticated
        }
    }

    /// The user who acts, by a session or by an API key of theirs.
    /// - Throws: `FORBIDDEN` where an organization does.
    public var user: UserReference {
        get throws(APIError) {
            guard let user = try principal.user else {
                throw APIError(.forbidden, "The key of an organization cannot do this.")
            }
            return user
        }
    }

    /// The user who has signed in.
    /// - Throws: `FORBIDDEN` where an API key was used.
    public var signedIn: Caller {
        get throws(APIError) {
            let (user, principal) = (try user, try principal)
            guard let session = principal.session else {
                throw APIError(.forbidden, "API keys cannot do this: sign in.")
            }
            return Caller(user: user, session: session)
        }
    }

    /// What the principal may do in the organization that the path names.
    /// - Throws: `NOT_FOUND` on routes without the guard `.member`.
    public var membership: Membership {
        get throws(APIError) {
            guard let admitted else { throw APIError(.notFound) }
            return admitted
        }
    }

    /// Notes what a limit said.
    func note(_ verdict: RateLimitVerdict) {
        self.verdict = self.verdict.map { $0.isNearer(than: verdict) ? $0 : verdict } ?? verdict
    }

    /// The caller's address as limits count it.
    var client: ClientAddress { ClientAddress(request.remoteAddress) }

    /// Where the request came from.
    public var origin: Origin {
        Origin(
            requestID: requestID, address: request.remoteAddress,
            userAgent: Self.readable(request.headers[.userAgent] ?? ""))
    }

    /// The beginning of a field that people read later. What they could not see is replaced.
    private static func readable(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(longestUserAgent).map { $0.isReadable ? $0 : "\u{FFFD}" }
        let readable = String(String.UnicodeScalarView(scalars))
        return readable.isStreamSafe ? readable : ""
    }

    /// How much of `User-Agent` is kept, in code points; nothing of one with rows of marks that no program sends.
    static let longestUserAgent = 512
}

/// A route of this application.
public typealias Route = GenericRoute<Call>
