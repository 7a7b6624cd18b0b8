public import FoundationEssentials
import Web

/// An organization, with the internal and the public id.
public struct OrganizationReference: Sendable, Equatable {
    /// The internal id, which owns rows and is never shown.
    public let id: UInt64
    /// The id that is shown.
    public let publicID: UUID
}

extension OrganizationReference {
    /// An example for the document.
    public static let example = OrganizationReference(id: 0, publicID: .example)
}
