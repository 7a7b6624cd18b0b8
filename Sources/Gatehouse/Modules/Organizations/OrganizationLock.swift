import Database
import Web

/// The lock under which an organization, its members and its invitations change, one request after the other. Only so
/// can a rule hold that speaks of several rows, such as that an owner is left.
///
/// Whoever also locks the row of a user locks that first.
enum OrganizationLock {
    /// Locks the organization that the path names until the transaction ends, and reads again what the caller is in it:
    /// that can have changed since the guard looked.
    /// - Throws: `NOT_FOUND` or `FORBIDDEN` where the caller is no longer what the guard saw.
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
