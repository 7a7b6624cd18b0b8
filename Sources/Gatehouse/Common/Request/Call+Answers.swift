public import FoundationEssentials
public import Web

// What handlers of all modules do alike.

extension Call {
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
