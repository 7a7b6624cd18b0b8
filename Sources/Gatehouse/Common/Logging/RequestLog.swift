import FoundationEssentials
package import Logging
import Web

/// Writes a line for each answered request, without swift-log, which would build a dictionary first.
package struct RequestLog: Sendable {
    private let file: LogFile
    private let isWritten: Bool

    /// The logged part of a method. Registered methods are shorter, and a caller's own must not make a line so long
    /// that a pipe would split it.
    private static let longestMethod = 32

    /// The content of a line. Every part has its own type, so no part of a body, a query or a header field can get into
    /// it.
    struct Entry {
        let requestID: String
        let method: HTTPMethod
        /// The pattern of the route; `nil` if none matches.
        let route: String?
        let status: HTTPStatus
        /// Whether all of the answer was sent.
        let isWhole: Bool
        let duration: Duration
        let remoteAddress: String
        let principal: Principal?
    }

    /// Makes a log of requests in a file.
    /// - Parameter level: the lowest level written; these lines are of `info`.
    package init(file: LogFile, level: Logger.Level) {
        self.file = file
        isWritten = level <= .info
    }

    private static func shown(_ method: HTTPMethod) -> String {
        let name = method.rawValue
        return name.utf8.count <= longestMethod ? name : String(Substring(name.utf8.prefix(longestMethod)))
    }

    /// Writes a line; optional members are in the order of their names.
    func write(_ entry: Entry) {
        guard isWritten else { return }
        let principal = entry.principal
        file.append { line in
            line.begin(.info, "request")
            if let key = principal?.apiKey { line.field("apiKeyId", key) }
            line.name("durationMs")
            line.value(thousandths: entry.duration.microseconds)
            line.field("method", Self.shown(entry.method))
            if let principal, principal.user == nil { line.field("organizationId", principal.publicID) }
            if !entry.isWhole { line.field("outcome", "broken off") }
            line.field("remoteAddress", entry.remoteAddress)
            line.field("requestId", entry.requestID)
            if let route = entry.route { line.field("route", route) }
            line.field("status", entry.status.code)
            if let principal, principal.user != nil { line.field("userId", principal.publicID) }
        }
    }
}

extension Duration {
    /// Whole microseconds; 0 for negative durations.
    fileprivate var microseconds: Int { Int(nanoseconds / 1000) }
}
