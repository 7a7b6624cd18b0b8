public import FoundationEssentials

/// A user, with the internal and the public id.
public struct UserReference: Codable, Sendable, Equatable {
    /// The internal id, which owns rows and is never shown.
    public let id: UInt64
    /// The id that is shown.
    public let publicID: UUID
}
