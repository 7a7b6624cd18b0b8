public import FoundationEssentials

/// A signed-in user, as read from the database at the beginning of the request.
public struct Caller: Sendable {
    /// Who.
    public let user: UserReference
    /// The session's public id.
    public let session: UUID
}
