/// A word for something that can stand in the audit. The words are part of the API and never change their meaning.
/// Those of a module stand in its folder.
public struct AuditAction: RawRepresentable, Hashable, Sendable {
    /// A noun and what became of it: `user.suspended`.
    public let rawValue: String

    /// Names something that can happen.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
