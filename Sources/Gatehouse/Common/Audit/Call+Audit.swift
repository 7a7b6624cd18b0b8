public import Database
public import FoundationEssentials
public import Web

extension Call {
    /// The caller, as the actor of a change.
    /// - Throws: `UNAUTHORIZED` if nobody was authenticated.
    public var actor: AuditActor {
        get throws(APIError) { AuditActor(try principal, from: origin) }
    }

    /// Appends what no `Event` records to the audit, such as an export, in its transaction. Actor, session or API key,
    /// and address are those of the call.
    /// - Parameters:
    ///   - target: the public id of whom or what it was done to.
    ///   - details: words and names of fields, never their values.
    /// - Throws: `DatabaseError`; `UNAUTHORIZED` if nobody was authenticated.
    /// - Returns: the public id of the event.
    @discardableResult
    public func audit(_ action: AuditAction, _ target: UUID?, details: JSON = [:], in db: Connection) throws -> UUID {
        try Audit.record(action, by: actor, target: target, details: details.members, in: db)
    }

    /// Appends an event about changed fields of a resource.
    /// - Parameter fields: their names.
    /// - Throws: as `audit(_:_:details:in:)`.
    public func audit(_ action: AuditAction, _ target: UUID?, changed fields: [String], in db: Connection) throws {
        try audit(action, target, details: ["fields": .array(fields.map { .string($0) })], in: db)
    }
}
