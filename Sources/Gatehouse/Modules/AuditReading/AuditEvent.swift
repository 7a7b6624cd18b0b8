import Database
import FoundationEssentials
import Web

/// One event of the audit.
struct AuditEvent: Record {
    /// The internal id; it is never shown.
    let id: UInt64
    let publicID: UUID
    let action: String
    let actorID: UUID?
    let targetID: UUID?
    let sessionID: UUID?
    let requestID: String?
    var ipAddress: String?
    let details: JSON
    let createdAt: Date

    static let columns = Columns(
        of: "e", AuditEvent.init,
        Column("id", \.id),
        Column("public_id", \.publicID, as: "id"),
        Column("action", \.action, as: "action"),
        Column("actor_id", \.actorID, as: "actorId", "The user who acted; `null` if nobody was signed in."),
        Column("target_id", \.targetID, as: "targetId", "The user or object that the event is about."),
        Column("session_id", \.sessionID, as: "sessionId"),
        Column("request_id", \.requestID, as: "requestId"),
        Column("ip_address", \.ipAddress, as: "ipAddress"),
        Column(
            "details", \.details, as: "details",
            """
            More about the event, such as the names of changed fields, or for a change of role the former one as \
            `from` and the new one as `role`.
            """),
        Column("created_at", \.createdAt, as: "createdAt"))

    static let example = AuditEvent(
        id: 0, publicID: .example, action: "user.updated", actorID: .example, targetID: .example,
        sessionID: .example, requestID: "4f1c8ad2c4b94e0f", ipAddress: "203.0.113.7", details: ["fields": ["name"]],
        createdAt: .example)
}

// MARK: - Reading

extension AuditEvent {
    /// The events after one and up to another in which a user is actor or target, oldest first. The IP address of
    /// another actor is that person's data, and is left out.
    ///
    /// One index has the events of an actor in this order, another those of a target. Each yields as many as requested,
    /// so the first of both together are among them.
    static func concerning(
        _ user: UUID, after: AuditEvent?, upTo last: AuditEvent, limit: Int, in db: Connection
    ) throws(DatabaseError) -> [AuditEvent] {
        let (time, id) = (after?.createdAt ?? earliest, after?.id ?? 0)
        var events: [AuditEvent] = try db.all(
            """
            SELECT \(columns)
            FROM (
                (SELECT id, created_at FROM audit_events FORCE INDEX (idx_audit_events_actor_time)
                 WHERE actor_id = \(user) AND (created_at > \(time) OR (created_at = \(time) AND id > \(id)))
                 ORDER BY created_at, id LIMIT \(limit))
                UNION
                (SELECT id, created_at FROM audit_events FORCE INDEX (idx_audit_events_target_time)
                 WHERE target_id = \(user) AND (created_at > \(time) OR (created_at = \(time) AND id > \(id)))
                 ORDER BY created_at, id LIMIT \(limit))
                ORDER BY created_at, id LIMIT \(limit)
            ) AS found JOIN audit_events e ON e.id = found.id
            WHERE found.created_at < \(last.createdAt)
               OR (found.created_at = \(last.createdAt) AND found.id <= \(last.id))
            ORDER BY found.created_at, found.id
            """)
        for index in events.indices where (events[index].actorID ?? events[index].targetID) != user {
            events[index].ipAddress = nil
        }
        return events
    }

    static func find(publicID: UUID, in db: Connection) throws(DatabaseError) -> AuditEvent? {
        try db.first("SELECT \(columns) FROM audit_events e WHERE e.public_id = \(publicID)")
    }

    /// The events of a list.
    /// - Parameter until: the end of the period, exclusive.
    static func condition(actor: UUID?, target: UUID?, action: AuditAction?, since: Date?, until: Date?) -> SQL {
        // The period is always bounded, so there are four different statements and not sixteen.
        var condition: SQL = "created_at >= \(since ?? earliest) AND created_at < \(until ?? latest)"
        if let actor { condition += " AND actor_id = \(actor)" }
        if let target { condition += " AND target_id = \(target)" }
        if let action { condition += " AND action = \(action.rawValue)" }
        return condition
    }

    /// Times before and after every event: 1970, and the last day that a column can store.
    private static let earliest = Date(timeIntervalSince1970: 0)
    private static let latest = Date(timeIntervalSince1970: 253_402_214_400)

    static func find(_ ids: [UInt64], in db: Connection) throws(DatabaseError) -> [AuditEvent] {
        try db.all("SELECT \(columns) FROM audit_events e WHERE e.id IN (\(list: ids))")
    }
}
