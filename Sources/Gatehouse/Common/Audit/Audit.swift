public import Database
public import FoundationEssentials
public import Web

/// Writes the audit: one row for each event, in the transaction of the change. It takes only ids and fixed words, so it
/// cannot contain a secret.
public enum Audit {
    /// Appends an event with its actor.
    /// - Parameters:
    ///   - target: the public id of the user or object that the event is about.
    ///   - details: words and names of fields, never their values, in addition to the actor's details.
    /// - Returns: the public id of the event.
    @discardableResult
    public static func record(
        _ action: AuditAction, by actor: AuditActor, target: UUID?, details: [JSON.Member] = [], in db: Connection
    ) throws(DatabaseError) -> UUID {
        let id = UUID.v7()
        let all = details + actor.details
        let text = all.isEmpty ? nil : String(decoding: JSON.object(all).text(), as: UTF8.self)
        try db.execute(
            """
            INSERT INTO audit_events
                (public_id, action, actor_id, target_id, session_id, request_id, ip_address, details)
            VALUES (\(id), \(action.rawValue), \(actor.publicID), \(target), \(actor.session),
                    \(actor.origin?.requestID), \(actor.origin?.address), \(text))
            """)
        return id
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

    /// The time of a user's last event of a kind, as far as the audit reaches.
    static func last(_ action: AuditAction, of user: UUID, in db: Connection) throws(DatabaseError) -> Date? {
        try db.first(
            """
            SELECT created_at FROM audit_events
            WHERE target_id = \(user) AND action = \(action.rawValue) ORDER BY created_at DESC, id DESC LIMIT 1
            """)
    }
}
