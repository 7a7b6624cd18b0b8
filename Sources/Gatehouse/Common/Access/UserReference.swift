public import FoundationEssentials
import Web

/// A user, with the internal and the public id.
public struct UserReference: Codable, Sendable, Equatable {
    /// The internal id, which owns rows and is never shown.
    public let id: UInt64
    /// The id that is shown.
    public let publicID: UUID
}

extension UserReference {
    /// An example for the document.
    public static let example = UserReference(id: 0, publicID: .example)
}
