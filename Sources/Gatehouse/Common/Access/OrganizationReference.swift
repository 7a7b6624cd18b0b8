public import FoundationEssentials

/// An organization, with the internal and the public id.
public struct OrganizationReference: Sendable, Equatable {
    /// The internal id, which owns rows and is never shown.
    public let id: UInt64
    /// The id that is shown.
    public let publicID: UUID
}
