/// A permission that a role can grant and an API key can have as a scope, such as `projects:read`.
public struct Permission: RawRepresentable, Hashable, Sendable {
    /// A noun and a verb with a colon between them.
    public let rawValue: String

    /// Makes a permission from its word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
