import FoundationEssentials
public import Web

// Common steps of handlers.

extension Call {
    /// Refuses a change whose `If-Match` does not name the current version of the locked resource.
    /// - Throws: `PRECONDITION_FAILED`.
    public func requireVersion(of resource: some VersionedResource) throws(APIError) {
        try resource.entityTag.requireMatch(ifMatch: request.headers[.ifMatch])
    }
}

extension Answer {
    /// An answer with a resource that was created, with its URL in `Location`.
    /// - Parameter path: the path of the resource in the API, such as `/users/me`.
    init(created body: Body, at path: String) {
        self.init(body)
        headers[.location] = "\(Route.base)\(path)"
    }

    /// An answer with a resource that was created in the collection of the request, with its URL in `Location`.
    /// - Parameter id: the public id of the resource.
    init(created body: Body, as id: UUID, _ call: Call) {
        self.init(body)
        headers[.location] = call.url(ofCreated: id)
    }
}

extension Answer where Body: VersionedResource {
    /// An answer with a resource that was created in the collection of the request, with its URL in `Location`.
    public init(created body: Body, _ call: Call) {
        self.init(body)
        headers[.location] = call.url(ofCreated: body.publicID)
    }
}

extension Call {
    /// The URL of a resource that was created in the collection of the request.
    fileprivate func url(ofCreated id: UUID) -> String {
        // The pattern is the canonical path, unless it has parameters.
        let collection = pattern.flatMap { $0.contains("{") ? nil : $0 } ?? request.path
        return "\(collection)/\(id.text)"
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
