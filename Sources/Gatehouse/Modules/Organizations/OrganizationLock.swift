import Database
import Web

/// The lock that serialises changes of an organization, its members and its invitations. Rules about several rows need
/// it, such as that an owner must remain.
///
/// If a user's row is locked too, it must be locked first.
enum OrganizationLock {
    /// Locks the organization that the path names until the transaction ends, and reads the caller's role again, which
    /// can have changed since the guard read it.
    /// - Throws: `NOT_FOUND` or `FORBIDDEN` if the caller no longer has the role.
    static func take(_ call: Call, atLeast role: MemberRole, in db: Connection) throws -> Organization {
        let admitted = try call.membership
        guard var organization = try OrganizationRepository.lock([admitted.organizationID], in: db).first,
            let membership = try MembershipRepository.find(organization.publicID, of: call.principal, in: db)
        else { throw APIError(.notFound) }
        guard membership.role >= role else {
            throw APIError(.forbidden, "This needs the role \(role.rawValue) in this organization.")
        }
        organization.role = membership.role
        return organization
    }
}
