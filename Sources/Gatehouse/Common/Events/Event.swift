/// Something that happens in the program, such as `AccountCreated`: an entry of the audit, and the occasion for hooks.
/// Each event is a separate type. The function that writes the row fires it, so no path to the change can omit it:
/// request, command, job.
///
/// An event contains ids and the change. It is never part of an answer.
public protocol Event: Sendable {
    /// The actions of its entries in the audit; none by default. The module that lists the event declares them with it.
    static var auditActions: [AuditAction] { get }
    /// The entry in the audit; `nil` for none, which is the default. The ids and words in it must not be secret.
    var auditEntry: AuditEntry? { get }
}

extension Event {
    /// None.
    public static var auditActions: [AuditAction] { [] }
    /// None.
    public var auditEntry: AuditEntry? { nil }
}

/// An event that a hook may refuse. Other events, such as `AccountErased`, report changes that must not be prevented:
/// modules can only enqueue a job.
public protocol RefusableEvent: Event {}
