import Database
import FoundationEssentials
import Web

/// One sign-in on one device.
struct Session: RowDecodable, ResponseObject {
    /// The sorts of the list.
    enum Sort: String, CaseIterable, Sendable {
        case lastSeenAt
    }

    /// Why a session ended before its time.
    enum Ending: String, SQLValue {
        /// Its user signed out.
        case logout
        /// Its user signed out everywhere.
        case everywhere
        /// Its user ended it from another session.
        case revoked
        /// A refresh token was used again after its grace.
        case reuse
        /// Its user's password was changed.
        case password
        /// Its user was suspended.
        case suspended
        /// Its user was deleted.
        case deleted
    }

    static let columnNames: ColumnNames = "id, public_id, user_agent, ip_address, created_at, last_seen_at, expires_at"
    static let columns = columnNames.sql

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let userAgent: String
    let ipAddress: String
    let createdAt: Date
    let lastSeenAt: Date
    let expiresAt: Date
    /// Whether it is the session of the request.
    var isCurrent = false

    /// The maximum lifetime of a session (OWASP ASVS 3.3: an absolute limit).
    static let lifetimeDays = AccessTokens.sessionDays
    /// The lifetime without use.
    static let idleDays = 7

    func write(to output: inout Output) {
        output.field("id", publicID)
        output.field(
            "device", Device(userAgent: userAgent).name,
            description: "The device, derived from `userAgent`, for people.")
        output.field("userAgent", userAgent)
        output.field("ipAddress", ipAddress)
        output.field("createdAt", createdAt)
        output.field("lastSeenAt", lastSeenAt)
        output.field("expiresAt", expiresAt)
        output.field("current", isCurrent, description: "Whether it is the session of this request.")
    }

    static let example = Session(
        id: 0, publicID: .example, userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", ipAddress: "203.0.113.7",
        createdAt: .example, lastSeenAt: .example, expiresAt: .example.addingTimeInterval(30 * 86_400), isCurrent: true)
}

extension Session {
    init(row: Row) throws(DatabaseError) {
        id = try row.decode(0)
        publicID = try row.decode(1)
        userAgent = try row.decode(2)
        ipAddress = try row.decode(3)
        createdAt = try row.decode(4)
        lastSeenAt = try row.decode(5)
        expiresAt = try row.decode(6)
    }
}

/// A request for a list of the caller's sessions.
struct ListSessions: RequestInput {
    let list: ListRequest<Session.Sort>

    init(from input: inout Input) {
        list = ListRequest(from: &input, ListCombinations([([], [.lastSeenAt])]))
    }
}
