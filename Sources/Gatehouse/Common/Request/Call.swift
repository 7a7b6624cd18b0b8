import Database
import FoundationEssentials
import HTTPTypes
import Logging
import Web

/// Who is signed in, as the database said when the request began.
struct Caller: Sendable {
    /// The user's internal id, which owns rows.
    let id: UInt64
    let publicID: UUID
    let sessionPublicID: UUID
}

/// One request on its way through the chain: what the application lends a handler.
public final class Call {
    let request: Request
    let requestID: String
    /// The worker's connection.
    let db: Connection
    /// Writes lines that carry the request id.
    let log: Logger
    /// The pattern of the route; absent where none matches.
    var pattern: String?
    /// Set by authentication; absent on public routes.
    var caller: Caller?
    /// The limit nearest exhaustion of those that the call has met; the answer's header tells of it.
    private(set) var verdict: RateLimitVerdict?

    init(_ request: Request, requestID: String, db: Connection, log: Logger) {
        self.request = request
        self.requestID = requestID
        self.db = db
        self.log = log
    }

    /// Who is signed in.
    /// - Throws: `UNAUTHORIZED` where nobody is; the guard of a route has seen to that before its handler runs.
    var signedIn: Caller {
        get throws(APIError) {
            guard let caller else { throw APIError(.unauthorized) }
            return caller
        }
    }

    /// Notes what a limit said.
    func note(_ verdict: RateLimitVerdict) {
        self.verdict = self.verdict.map { $0.isNearer(than: verdict) ? $0 : verdict } ?? verdict
    }

    /// The caller's address as limits count it.
    var client: ClientAddress { ClientAddress(request.remoteAddress) }

    /// Where the request came from.
    var origin: Origin {
        Origin(
            requestID: requestID, address: request.remoteAddress,
            userAgent: String((request.headers[.userAgent] ?? "").unicodeScalars.prefix(Self.longestUserAgent)))
    }

    /// How much of `User-Agent` is kept, in code points.
    static let longestUserAgent = 512
}

/// A route of this application.
typealias Route = Web.Route<Call>
