import Database
import FoundationEssentials
import Web

/// One sign-in on one device.
struct Session: Record {
    /// The sorts of the list.
    enum Sort: String, CaseIterable, Sendable {
        case lastSeenAt
    }

    /// Why a session ended before its time.
    enum Ending: String, CaseIterable, SQLValue, ResponseValue {
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
        /// Its user unlinked an account at a provider from another session.
        case unlinked
        /// Its user was suspended.
        case suspended
        /// Its user was deleted.
        case deleted

        static let example = logout
    }

    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let userAgent: String
    let ipAddress: String
    let createdAt: Date
    let lastSeenAt: Date
    let expiresAt: Date
    /// Whether it is the session of the request. Statements do not know that.
    var isCurrent: Bool

    /// The maximum lifetime of a session (OWASP ASVS 3.3: an absolute limit).
    static let lifetimeDays = AccessTokens.sessionDays
    /// The lifetime without use.
    static let idleDays = 7

    static let columns = Columns(
        Session.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id")
            .followed(by: \.device, as: "device", "The device, derived from `userAgent`, for people."),
        Column("user_agent", \.userAgent, as: "userAgent"),
        Column("ip_address", \.ipAddress, as: "ipAddress"),
        Column("created_at", \.createdAt, as: "createdAt"),
        Column("last_seen_at", \.lastSeenAt, as: "lastSeenAt"),
        Column("expires_at", \.expiresAt, as: "expiresAt"),
        Column("is_current", from: "FALSE", \.isCurrent, as: "current", "Whether it is the session of this request."))

    private var device: String { Device(userAgent: userAgent).name }

    static let example = Session(
        id: 0, publicID: .example, userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", ipAddress: "203.0.113.7",
        createdAt: .example, lastSeenAt: .example, expiresAt: .example.addingTimeInterval(30 * 86_400), isCurrent: true)
}

/// A request for a list of the caller's sessions.
struct ListSessions: RequestInput {
    let list: ListRequest<Session.Sort>

    init(from input: inout Input) {
        list = ListRequest(from: &input, Self.indexes)
    }

    static let indexes = ListIndexes<Session.Sort>([([], .lastSeenAt, "idx_sessions_user_last_seen", "last_seen_at")])
}
