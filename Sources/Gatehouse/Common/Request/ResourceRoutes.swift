public import FoundationEssentials
public import Web

/// The routes of a resource that has owners. What they share is declared once; what differs stands with each of them.
///
///     let notes = ResourceRoutes(Note.self, at: "/notes", tag: "Notes", reads: .notesRead, writes: .notesWrite)
///     return [
///         notes.create("Write a note", by: service.create),
///         notes.list("List your notes", by: service.list),
///         notes.read("Read a note", by: service.read),
///     ]
///
/// Every signed-in user may create and list, and the handler reaches only what belongs to the caller (`Guard.user`).
/// The others name a resource, which others than its owner are told not to exist (`Guard.owner`).
public struct ResourceRoutes<Resource: VersionedResource>: Sendable {
    private let path: String
    private let tag: String
    private let reads: Permission
    private let writes: Permission
    private let maximumBodyBytes: Int

    /// Declares what the routes share.
    /// - Parameters:
    ///   - path: the path of the collection; that of a resource is `path/{id}`.
    ///   - tag: the part of the API they belong to.
    ///   - reads: the scope for API keys that read.
    ///   - writes: the scope for API keys that write.
    ///   - maximumBodyBytes: the longest body of `create` and `update`.
    public init(
        _ resource: Resource.Type, at path: String, tag: String, reads: Permission, writes: Permission,
        maximumBodyBytes: Int = RequestBody.usualLimit
    ) {
        self.path = path
        self.tag = tag
        self.reads = reads
        self.writes = writes
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// `POST path` creates a resource and answers it, with its address in `Location`.
    /// - Parameter errors: the codes that it can answer beyond those of every route.
    public func create<Value: RequestInput>(
        _ summary: String, description: String = "", errors: [ErrorCode] = [],
        by handle: @escaping @Sendable (Value, Call) throws -> Resource
    ) -> Route {
        Route(
            .post, path, summary, description: description, tag: tag, guard: .user, scope: writes, tier: .standard,
            isVersioned: true, maximumBodyBytes: maximumBodyBytes, input: Value.self,
            returns: .created(Resource.self), errors: errors
        ) { input, call in Answer(created: try handle(input, call), call) }
    }

    /// `GET path` answers a part of the list.
    public func list<Value: RequestInput>(
        _ summary: String, description: String = "",
        by handle: @escaping @Sendable (Value, Call) throws -> Answer<[Resource]>
    ) -> Route {
        Route(
            .get, path, summary, description: description, tag: tag, guard: .user, scope: reads, tier: .standard,
            input: Value.self, returns: .ok([Resource].self), handle: handle)
    }

    /// `GET path/{id}` answers a resource.
    public func read(
        _ summary: String, description: String = "", by handle: @escaping @Sendable (UUID, Call) throws -> Resource
    ) -> Route {
        Route(
            .get, "\(path)/{id}", summary, description: description, tag: tag, guard: .owner, scope: reads,
            tier: .standard, isVersioned: true, input: NamedResource.self, returns: .ok(Resource.self)
        ) { input, call in Answer(try handle(input.id, call)) }
    }

    /// `PATCH path/{id}` changes a resource and answers it.
    /// - Parameter errors: the codes that it can answer beyond those of every route.
    public func update<Value: RequestInput>(
        _ summary: String, description: String = "", errors: [ErrorCode] = [],
        by handle: @escaping @Sendable (Value, Call) throws -> Resource
    ) -> Route {
        Route(
            .patch, "\(path)/{id}", summary, description: description, tag: tag, guard: .owner, scope: writes,
            tier: .standard, isVersioned: true, maximumBodyBytes: maximumBodyBytes, input: Value.self,
            returns: .ok(Resource.self), errors: errors
        ) { input, call in Answer(try handle(input, call)) }
    }

    /// `DELETE path/{id}` deletes a resource.
    /// - Parameter errors: the codes that it can answer beyond those of every route.
    public func delete(
        _ summary: String, description: String = "", errors: [ErrorCode] = [],
        by handle: @escaping @Sendable (UUID, Call) throws -> Void
    ) -> Route {
        Route(
            .delete, "\(path)/{id}", summary, description: description, tag: tag, guard: .owner, scope: writes,
            tier: .standard, isVersioned: true, input: NamedResource.self, returns: .noContent, errors: errors
        ) { input, call in Answer(done: try handle(input.id, call)) }
    }

    /// `POST path/{id}/action` does something else with a resource and answers it.
    /// - Parameter errors: the codes that it can answer beyond those of every route.
    public func act(
        _ action: String, _ summary: String, description: String = "", errors: [ErrorCode] = [],
        by handle: @escaping @Sendable (UUID, Call) throws -> Resource
    ) -> Route {
        Route(
            .post, "\(path)/{id}/\(action)", summary, description: description, tag: tag, guard: .owner, scope: writes,
            tier: .standard, isVersioned: true, input: NamedResource.self, returns: .ok(Resource.self), errors: errors
        ) { input, call in Answer(try handle(input.id, call)) }
    }
}
