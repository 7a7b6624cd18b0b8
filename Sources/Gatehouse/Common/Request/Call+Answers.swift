public import FoundationEssentials
public import Web

// Common steps of handlers.

extension Call {
    /// Refuses a change whose `If-Match` does not name the current version of the locked resource.
    /// - Throws: `PRECONDITION_FAILED`.
    public func requireVersion(of resource: some VersionedResource) throws(APIError) {
        try resource.entityTag.requireMatch(ifMatch: request.headers[.ifMatch])
    }
}

extension Answer where Body: VersionedResource {
    /// An answer with a resource that was created in the collection of the request, with its URL in `Location`.
    public init(created body: Body, _ call: Call) {
        self.init(body)
        // The pattern is the canonical path, unless it has parameters.
        let collection = call.pattern.flatMap { $0.contains("{") ? nil : $0 } ?? call.request.path
        headers[.location] = "\(collection)/\(body.publicID.text)"
    }
}

extension Optional {
    /// Returns the value.
    /// - Throws: `NOT_FOUND` if there is none, whether it belongs to somebody else or never existed.
    public func orNotFound() throws(APIError) -> Wrapped {
        guard let self else { throw APIError(.notFound) }
        return self
    }
}

/// The resource that the `id` of the path names.
public struct NamedResource: RequestInput {
    /// Its public id.
    public let id: UUID

    /// Reads it.
    public init(from input: inout Input) {
        id = input.path("id", .uuid)
    }
}
