public import FoundationEssentials
public import Web

/// The entry of a change in the audit, without its actor.
public struct AuditEntry: Sendable {
    let action: AuditAction
    let target: UUID?
    let details: [JSON.Member]

    /// - Parameters:
    ///   - target: the public id of the user or object that was changed.
    ///   - details: words and names of fields, never their values.
    public init(_ action: AuditAction, _ target: UUID?, details: JSON = [:]) {
        self.action = action
        self.target = target
        self.details = details.members
    }

    /// The entry of a change of some fields.
    /// - Parameter fields: their names.
    public init(_ action: AuditAction, _ target: UUID?, changed fields: [String]) {
        self.init(action, target, details: ["fields": .array(fields.map { .string($0) })])
    }
}
