public import Database
public import Web

/// The hooks of all modules. Functions that fire events take this value as a parameter, so they cannot be called
/// without it.
public struct Hooks: Sendable {
    private let hooks: [ObjectIdentifier: [Hook]]
    /// What is set for the modules of the program, for code that takes no other settings, such as `Module.erase`.
    public let settings: DeclaredSettings

    /// - Parameters:
    ///   - hooks: the hooks, in the order in which those of one event run.
    ///   - events: the events that are fired.
    ///   - settings: the settings of the modules.
    init(_ hooks: [Hook], on events: [any Event.Type], settings: DeclaredSettings) {
        let handled = events.map { event in (ObjectIdentifier(event), hooks.filter { $0.handles(event) }) }
        self.hooks = Dictionary(handled.filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })
        self.settings = settings
    }

    /// Appends the entry of an event to the audit, and runs the hooks of the event.
    /// - Parameters:
    ///   - actor: the actor of the change.
    ///   - db: the connection, inside the transaction of the change.
    /// - Throws: the error of a hook, which must end the transaction; `EventOutsideTransaction`; `DatabaseError`.
    public func fire<Subject: Event>(_ event: Subject, by actor: AuditActor, in db: Connection) throws {
        guard db.isInTransaction else { throw EventOutsideTransaction(event: Subject.self) }
        if let entry = event.auditEntry {
            try Audit.record(entry.action, by: actor, target: entry.target, details: entry.details, in: db)
        }
        guard let hooks = hooks[ObjectIdentifier(Subject.self)] else { return }
        let context = HookContext(db: db, actor: actor.unforced, settings: settings, hooks: self)
        for hook in hooks { try hook.run(event, context) }
    }

    /// The codes with which hooks may refuse these events, as they declare them, for the document.
    public func errors(of events: any RefusableEvent.Type...) -> [ErrorCode] {
        events.flatMap { event in (hooks[ObjectIdentifier(event)] ?? []).flatMap(\.errors) }
    }
}

/// A change was made outside a transaction, so it could not be refused. This is a fault of the program.
public struct EventOutsideTransaction: Error {
    let event: any Event.Type
}
