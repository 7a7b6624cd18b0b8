public import Database
public import Web

/// The hooks of all modules. Whatever fires events is handed this value, so nothing that writes a row can be called
/// without it.
public struct Hooks: Sendable {
    private let hooks: [ObjectIdentifier: [Hook]]
    private let settings: DeclaredSettings?

    /// - Parameters:
    ///   - hooks: in the order in which those of one event run.
    ///   - settings: what the hooks are shown; without any, none of them runs.
    init(_ hooks: [Hook], settings: DeclaredSettings?) {
        self.hooks = Dictionary(grouping: hooks, by: \.event)
        self.settings = settings
    }

    /// Nobody takes part.
    static let none = Hooks([], settings: nil)

    /// Tells the hooks of an event. Without any the event is not even made.
    /// - Parameter db: inside the transaction of the change.
    /// - Throws: what a hook throws, which must end the transaction; `EventOutsideTransaction`.
    public func fire<Subject: Event>(_ event: @autoclosure () throws -> Subject, in db: Connection) throws {
        guard db.isInTransaction else { throw EventOutsideTransaction(event: Subject.self) }
        guard let settings, let hooks = hooks[ObjectIdentifier(Subject.self)] else { return }
        let event = try event()
        let context = HookContext(db: db, settings: settings, hooks: self)
        for hook in hooks { try hook.run(event, context) }
    }

    /// The codes with which hooks may refuse these events, as they declare them, for the document.
    public func errors(of events: any RefusableEvent.Type...) -> [ErrorCode] {
        events.flatMap { event in (hooks[ObjectIdentifier(event)] ?? []).flatMap(\.errors) }
    }
}

/// A change was made outside a transaction, so that nobody could refuse it. It is a fault of the program.
public struct EventOutsideTransaction: Error {
    let event: any Event.Type
}
