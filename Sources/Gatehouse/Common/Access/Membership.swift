public import Database
public import FoundationEssentials

/// A membership in an organization.
public struct Membership: RowDecodable, Sendable {
    /// The organization's internal id, which owns rows and is never shown.
    public let organizationID: UInt64
    /// The organization's public id.
    public let organizationPublicID: UUID
    /// The role in it.
    public let role: MemberRole

    /// Reads a membership.
    public init(row: Row) throws(DatabaseError) {
        organizationID = try row.decode("organization_id")
        organizationPublicID = try row.decode("organization_public_id")
        role = try row.decode("role")
    }
}
