/// The name of an action in the audit. The names are part of the API and never change their meaning. Each module
/// declares its own in its folder.
public struct AuditAction: RawRepresentable, Hashable, Sendable {
    /// A noun and a participle: `user.suspended`.
    public let rawValue: String

    /// Names an action.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
