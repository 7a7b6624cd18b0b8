public import Database
public import Web

/// What a module does when something happens elsewhere: `Hook.inTransaction` takes part in the change,
/// `Hook.afterCommit` leaves a job behind. A module declares its hooks in `Module.hooks`.
public struct Hook: Sendable {
    /// The type of the events.
    let event: ObjectIdentifier
    /// What the hook may refuse with.
    let errors: [ErrorCode]
    /// Takes part in an event of that type.
    let run: @Sendable (any Event, HookContext) throws -> Void

    init<Subject: Event>(
        _ event: Subject.Type, errors: [ErrorCode] = [],
        _ body: @escaping @Sendable (Subject, HookContext) throws -> Void
    ) {
        self.event = ObjectIdentifier(event)
        self.errors = errors
        run = { event, context in
            guard let event = event as? Subject else { return }
            try body(event, context)
        }
    }

    /// Takes part in a change, inside its transaction and on its connection.
    ///
    /// What `body` throws refuses the change: the transaction is rolled back, and nothing is left of it, neither rows
    /// nor mails nor audit. A request is answered with a thrown `APIError`, and a command prints its message. A job has
    /// nobody to tell: it fails and is tried again. So do not refuse what a schedule does: the erasure of an account
    /// fires `MemberLeft`, `MemberRoleChanged` and `OrganizationDeleted`, and a refusal keeps the account.
    ///
    /// A transaction starts again after a deadlock, and then `body` runs again. It holds locks meanwhile. So it must
    /// not use the network, must keep nothing outside the database, and should be quick. Hooks of one event run in the
    /// order of the modules.
    /// - Parameter errors: the codes of all errors that come out of `body`: those that it throws itself, those of the
    ///   functions that it calls, and those with which other hooks refuse what it changes. The document lists them at
    ///   the routes that fire the event, and follows no hook into what that fires.
    public static func inTransaction<Subject: RefusableEvent>(
        _ event: Subject.Type, errors: [ErrorCode] = [],
        _ body: @escaping @Sendable (Subject, HookContext) throws -> Void
    ) -> Hook {
        Hook(event, errors: errors, body)
    }
}

/// What a hook works with.
public struct HookContext {
    /// The connection of the change, inside its transaction.
    public let db: Connection
    /// What is set for the modules of the program.
    public let settings: DeclaredSettings
    /// Fires what the hook itself changes.
    public let hooks: Hooks
}
