/// A word for something that can stand in the audit. The words are part of the API and never change their meaning.
/// Those of a module stand in its folder.
struct AuditAction: RawRepresentable, Hashable, Sendable {
    /// A noun and what became of it: `user.suspended`.
    let rawValue: String
}
