public import Database
public import FoundationEssentials
public import Web

// What handlers of all modules do alike.

extension Call {
    /// Appends an event that the caller caused to the audit, in the transaction of the change. The actor, their session
    /// or API key, and the address are the call's.
    /// - Parameters:
    ///   - target: the public id of whom or what it was done to.
    ///   - details: words and names of fields, never their values.
    /// - Throws: `DatabaseError`; `UNAUTHORIZED` where nobody is known.
    public func audit(_ action: AuditAction, _ target: UUID?, details: JSON = [:], in db: Connection) throws {
        try Audit.record(
            action, by: AuditActor(principal, from: origin), target: target, details: details.members, in: db)
    }

    /// Appends an event about fields of a resource that have changed.
    /// - Parameter fields: their names.
    /// - Throws: as `audit(_:_:details:in:)`.
    public func audit(_ action: AuditAction, _ target: UUID?, changed fields: [String], in db: Connection) throws {
        try audit(action, target, details: ["fields": .array(fields.map { .string($0) })], in: db)
    }

    /// Refuses a change whose `If-Match` names other versions of the resource than this one, which is locked.
    /// - Throws: `PRECONDITION_FAILED`.
    public func requireVersion(of resource: some VersionedResource) throws(APIError) {
        try resource.entityTag.requireMatch(ifMatch: request.headers[.ifMatch])
    }
}

extension Answer where Body: VersionedResource {
    /// A resource that was created in the collection to which the request was sent, with its address in `Location`.
    public init(created body: Body, _ call: Call) {
        self.init(body)
        // The pattern is the path as it should be written, unless it has parameters.
        let collection = call.pattern.flatMap { $0.contains("{") ? nil : $0 } ?? call.request.path
        headers[.location] = "\(collection)/\(body.publicID.text)"
    }
}

extension Optional {
    /// The value.
    /// - Throws: `NOT_FOUND` where there is none, whether it belongs to somebody else or was never there.
    public func orNotFound() throws(APIError) -> Wrapped {
        guard let self else { throw APIError(.notFound) }
        return self
    }
}

/// Which resource: the `id` of the path.
public struct NamedResource: RequestInput {
    /// Its public id.
    public let id: UUID

    /// Reads it.
    public init(from input: inout Input) {
        id = input.path("id", .uuid)
    }
}
