public import Web

/// The reaction of a module to an event: `Hook.inTransaction` takes part in the change, `Hook.afterCommit` enqueues a
/// job. A module declares its hooks in `Module.hooks`.
public struct Hook: Sendable {
    /// The type of the events; `nil` for every `PublishedEvent`.
    let event: (any Event.Type)?
    /// The errors with which the hook may refuse.
    let errors: [ErrorCode]
    /// Handles an event of that type.
    let run: @Sendable (any Event, HookContext) throws -> Void

    init<Subject: Event>(
        _ event: Subject.Type, errors: [ErrorCode] = [],
        _ body: @escaping @Sendable (Subject, HookContext) throws -> Void
    ) {
        self.init(event: event, errors: errors) { event, context in
            guard let event = event as? Subject else { return }
            try body(event, context)
        }
    }

    /// Handles every published event of every module. It cannot refuse the changes.
    static func published(_ body: @escaping @Sendable (any PublishedEvent, HookContext) throws -> Void) -> Hook {
        Hook(event: nil, errors: []) { event, context in
            guard let event = event as? any PublishedEvent else { return }
            try body(event, context)
        }
    }

    private init(
        event: (any Event.Type)?, errors: [ErrorCode],
        run: @escaping @Sendable (any Event, HookContext) throws -> Void
    ) {
        self.event = event
        self.errors = errors
        self.run = run
    }

    /// Whether it handles events of this type.
    func handles(_ type: any Event.Type) -> Bool {
        event.map { $0 == type } ?? (type is any PublishedEvent.Type)
    }

    /// Takes part in a change, inside its transaction and on its connection.
    ///
    /// If `body` throws, the change is refused: the transaction is rolled back with its rows, mails and audit events. A
    /// request gets a thrown `APIError` as its answer, and a command prints its message. A job fails and is tried
    /// again, since it has no caller. So do not refuse scheduled changes: the erasure of an account fires `MemberLeft`,
    /// `MemberRoleChanged` and `OrganizationDeleted`, and a refusal keeps the account.
    ///
    /// A transaction starts again after a deadlock, and then `body` runs again. The transaction holds locks meanwhile.
    /// So `body` must not use the network, must store nothing outside the database, and should be fast. Hooks of one
    /// event run in the order of the modules.
    /// - Parameter errors: the codes of all errors that `body` can throw: its own, those of the functions that it
    ///   calls, and those with which other hooks refuse its changes. The document lists them at the routes that fire
    ///   the event; it does not follow hooks into the events that they fire.
    public static func inTransaction<Subject: RefusableEvent>(
        _ event: Subject.Type, errors: [ErrorCode] = [],
        _ body: @escaping @Sendable (Subject, HookContext) throws -> Void
    ) -> Hook {
        Hook(event, errors: errors, body)
    }
}
