import Database
import FoundationEssentials
import Web

/// Writes the audit: one row for each event, in the transaction of the change. It takes only ids and fixed words, so it
/// cannot contain a secret.
public enum Audit {
    /// Appends an event.
    /// - Parameters:
    ///   - actor: the public id of the actor; `nil` if nobody was signed in.
    ///   - target: the public id of the user or object that the event is about.
    ///   - details: words and names of fields, never their values.
    static func record(
        _ action: AuditAction, actor: UUID? = nil, target: UUID? = nil, session: UUID? = nil,
        details: JSON? = nil, from origin: Origin?, in db: Connection
    ) throws(DatabaseError) {
        let text = details.map { String(decoding: $0.text(), as: UTF8.self) }
        try db.execute(
            """
            INSERT INTO audit_events
                (public_id, action, actor_id, target_id, session_id, request_id, ip_address, details)
            VALUES (\(UUID.v7()), \(action.rawValue), \(actor), \(target), \(session),
                    \(origin?.requestID), \(origin?.address), \(text))
            """)
    }

    /// Whether an action was done to a user in an organization since a time. Reads only the events about that user
    /// since then.
    static func has(
        _ actions: [AuditAction], target: UUID, organization: UUID, since time: Date, in db: Connection
    ) throws(DatabaseError) -> Bool {
        let found: UInt64? = try db.first(
            """
            SELECT id FROM audit_events
            WHERE target_id = \(target) AND created_at >= \(time) AND action IN (\(list: actions.map(\.rawValue)))
              AND JSON_VALUE(details, '$.organizationId') = \(organization.text)
            LIMIT 1
            """)
        return found != nil
    }
}
