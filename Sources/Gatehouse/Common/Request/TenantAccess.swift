public import Database
public import FoundationEssentials
public import Web

/// Which rows of users and organizations a principal reaches, and which of them it may change.
///
/// It reads its own rows and those of every organization that it belongs to. In an organization a `viewer` reads, a
/// `member` changes what they made, `admin` and `owner` change everything.
public struct TenantAccess: Sendable {
    private let userID: UInt64?
    private let memberships: [Membership]

    /// Reads the memberships of the principal.
    public init(_ principal: Principal, in db: Connection) throws(DatabaseError) {
        userID = principal.userID
        memberships = try MembershipRepository.all(of: principal, in: db)
    }

    /// The owners whose rows it reads.
    public var tenants: [Tenant] {
        (userID.map { [.user($0)] } ?? []) + memberships.map { .organization($0.organizationID) }
    }

    /// The same, limited to one organization where one is named.
    public func tenants(in organization: UUID?) -> [Tenant] {
        guard let organization else { return tenants }
        return membership(in: organization).map { [.organization($0.organizationID)] } ?? []
    }

    /// The owner of a row that it creates: the named organization, or the user where none is named.
    /// - Throws: `NOT_FOUND` if the principal does not belong to the organization; `FORBIDDEN` if it only reads there,
    ///   or if an organization's key names none.
    public func tenant(in organization: UUID?, _ call: Call) throws(APIError) -> Tenant {
        guard let organization else {
            guard let userID else { throw APIError(.forbidden, "Name the organization of this API key.") }
            return .user(userID)
        }
        guard let membership = membership(in: organization) else { throw APIError(.notFound) }
        call.found(membership.organizationPublicID)
        guard membership.role >= .member else { throw Self.readsOnly }
        return .organization(membership.organizationID)
    }

    /// Refuses a change of a row that the principal can only read.
    /// - Parameters:
    ///   - tenant: the owner of the row.
    ///   - maker: the internal id of the user who made it; `nil` if an organization's key did, or the account is gone.
    /// - Throws: `FORBIDDEN`
    public func requireChange(of tenant: Tenant, madeBy maker: UInt64?) throws(APIError) {
        switch tenant {
        case .user(let id): guard id == userID else { throw Self.readsOnly }
        case .organization(let id):
            switch memberships.first(where: { $0.organizationID == id })?.role {
            case .owner, .admin: return
            // An organization's key made nothing, and a row without a maker belongs to no member.
            case .member: guard let userID, maker == userID else { throw Self.readsOnly }
            case .viewer, nil: throw Self.readsOnly
            }
        }
    }

    private func membership(in organization: UUID) -> Membership? {
        memberships.first { $0.organizationPublicID == organization }
    }

    private static let readsOnly = APIError(.forbidden, "Your role in this organization only allows you to read this.")
}
